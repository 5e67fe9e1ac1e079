package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** IQ2_XS: 16 words of two indices with their signs, two words of scales. */
final class Iq2XsCode extends SignedGridCode {
  private static final int SCALES = 16;
  private static final int INDEX_BITS = 9;

  Iq2XsCode(IQ2_XS format) {
    super(format, IQ2_XS.GRID, 43);
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
    halves(c, sink, 0, 1, inHalves(word(block, 2 * group), INDEX_BITS));
    halves(c, sink, 2, 3, inHalves(word(block, 2 * group + 1), INDEX_BITS));
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    V128 first = word(block, 2 * group).i16x8ShrU(INDEX_BITS);
    V128 second = word(block, 2 * group + 1).i16x8ShrU(1).and(V128.i16x8(127 << 8));
    V128 apart = even(c.v128(first.or(second))); // those of the first word are bytes 0 and 2
    return V128.of(Opcode.I8X16_SWIZZLE, apart, perRow(0, 2, 1, 3));
  }
}
