package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ3_S;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** IQ3_S: 16 words of low bits of indices, two of ninth bits, eight of signs, one of scales. */
final class Iq3SCode extends GridCode {
  private static final int NINTHS = 16;
  private static final int SIGNS = 18;
  private static final int SCALES = 26;

  Iq3SCode(IQ3_S format) {
    super(format, IQ3_S.GRID, 15, 0);
  }

  @Override
  public void begin(Code c, I32 block) {
    scales(ByteScales.ofUnsigned(nibbles(c, c.v128(word(block, SCALES)))));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int g = 0; g < 8; g++) {
      V128.Local ninths = c.v128(word(block, NINTHS + g / 4));
      V128.Local masks = c.v128(word(block, SIGNS + g));
      for (int k = 0; k < 8; k++) {
        V128 low = index(word(block, 2 * g + k / 4), k % 4 * 8, 8, 0);
        V128.Local values = four(c, low.or(index(ninths, g % 4 * 8 + k, 1, 8)));
        sink.word(8 * g + k, signed(c, values, spread(masks, k / 2), k % 2));
      }
    }
  }
}
