package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ3_S: 16 words of low bits of indices, two of ninth bits, eight of signs, one of scales. */
final class Iq3SCode extends SignedGridCode {
  private static final int NINTHS = 16;
  private static final int SIGNS = 18;
  private static final int SCALES = 26;

  Iq3SCode(IQ3_S format) {
    super(format, IQ3_S.GRID, 15);
  }

  @Override
  public void begin(Code c, I32 block) {
    nibbleScales(c, word(block, SCALES));
  }

  @Override
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    V128.Local ninths = c.v128(spread(word(block, NINTHS + group / 4), group % 4));
    for (int i = 0; i < 2; i++) {
      int at = 4 * i;
      V128.Local low = c.v128(word(block, 2 * group + i));
      halves(c, sink, at, at + 2, evenBytes(low, higher(ninths, 1, at, at + 2)));
      halves(c, sink, at + 1, at + 3, oddBytes(low, higher(ninths, 1, at + 1, at + 3)));
    }
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    return word(block, SIGNS + group);
  }
}
