package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ2_S;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ2_S: eight words of low bits of indices, eight of signs, two of high pairs, two of scales. */
final class Iq2SCode extends GridCode {
  private static final int SIGNS = 8;
  private static final int HIGH = 16;
  private static final int SCALES = 18;

  Iq2SCode(IQ2_S format) {
    super(format, IQ2_S.GRID, 43, 0);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] first = nibbles(c, c.v128(word(block, SCALES)));
    V128.Local[] second = nibbles(c, c.v128(word(block, SCALES + 1)));
    scales(ByteScales.ofUnsigned(first[0], first[1], second[0], second[1]));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.125f);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < SIGNS; w++) {
      V128.Local low = c.v128(word(block, w));
      V128.Local high = c.v128(word(block, HIGH + w / 4));
      V128.Local masks = c.v128(word(block, SIGNS + w));
      for (int k = 0; k < 4; k++) {
        V128 index = index(low, 8 * k, 8, 0).or(index(high, w % 4 * 8 + 2 * k, 2, 8));
        V128.Local[] values = eight(c, index);
        V128.Local mask = c.v128(spread(masks, k));
        sink.word(8 * w + 2 * k, signed(c, values[0], mask, 0));
        sink.word(8 * w + 2 * k + 1, signed(c, values[1], mask, 1));
      }
    }
  }
}
