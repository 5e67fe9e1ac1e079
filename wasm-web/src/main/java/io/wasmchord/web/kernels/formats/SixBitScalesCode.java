package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.MinimumFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** What Q4_K and Q5_K share: 3 words of six-bit scales and minimums; the order of their nibbles. */
abstract class SixBitScalesCode extends MinimumCode {
  /** Words of scales and minimums. */
  static final int SCALE_WORDS = 3;

  /** Words of nibbles. */
  static final int NIBBLE_WORDS = 32;

  SixBitScalesCode(MinimumFormat format) {
    super(format);
  }

  @Override
  public final void begin(Code c, I32 block) {
    V128.Local a = c.v128(word(block, 0));
    V128.Local b = c.v128(word(block, 1));
    V128.Local rest = c.v128(word(block, 2));
    V128 six = V128.i8x16(63);
    scales(ByteScales.ofUnsigned(c.v128(a.and(six)), c.v128(low(rest).or(shifted(a, -2, 0x30)))));
    minimums(
        ByteScales.ofUnsigned(c.v128(b.and(six)), c.v128(high(rest).or(shifted(b, -2, 0x30)))));
  }

  /** The word of quants that word {@code w}'s low nibbles are; its high ones are 8 words on. */
  static int lowQuants(int w) {
    return w / 8 * 16 + w % 8;
  }
}
