package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ2_S: eight words of low bits of indices, eight of signs, two of high pairs, two of scales. */
final class Iq2SCode extends SignedGridCode {
  private static final int SIGNS = 8;
  private static final int HIGH = 16;
  private static final int SCALES = 18;

  Iq2SCode(IQ2_S format) {
    super(format, IQ2_S.GRID, 43);
  }

  @Override
  public void begin(Code c, I32 block) {
    nibbleScales(c, word(block, SCALES), word(block, SCALES + 1));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.125f);
  }

  @Override
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    V128.Local low = c.v128(word(block, group));
    V128.Local high = c.v128(spread(word(block, HIGH + group / 4), group % 4));
    halves(c, sink, 0, 2, evenBytes(low, higher(high, 2, 0, 4)));
    halves(c, sink, 1, 3, oddBytes(low, higher(high, 2, 2, 6)));
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    return word(block, SIGNS + group);
  }
}
