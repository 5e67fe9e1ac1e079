package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ2_XS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ2_XS: 16 words of two indices with their signs, two words of scales. */
final class Iq2XsCode extends GridCode {
  private static final int INDEX_WORDS = 16;

  Iq2XsCode(IQ2_XS format) {
    super(format, IQ2_XS.GRID, 43, 0);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] first = nibbles(c, c.v128(word(block, INDEX_WORDS)));
    V128.Local[] second = nibbles(c, c.v128(word(block, INDEX_WORDS + 1)));
    scales(ByteScales.ofUnsigned(first[0], first[1], second[0], second[1]));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.125f);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < INDEX_WORDS; w++) {
      V128.Local packed = c.v128(word(block, w));
      V128.Local masks = c.v128(even(c.v128(packed.i16x8ShrU(9))));
      for (int k = 0; k < 2; k++) {
        V128.Local[] values = eight(c, index(packed, 16 * k, 9, 0));
        V128.Local mask = c.v128(spread(masks, 2 * k));
        sink.word(4 * w + 2 * k, signed(c, values[0], mask, 0));
        sink.word(4 * w + 2 * k + 1, signed(c, values[1], mask, 1));
      }
    }
  }
}
