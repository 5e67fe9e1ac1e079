package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** NVFP4: a word of scales, then two of nibbles for every 16 values. */
final class Nvfp4Code extends PartCode {
  private static final int NONE = 0x7F; // the scale that is 0, but for 0xFF
  private static final int MANTISSA = 20; // where the byte stands in a float, but for its sign
  private static final float REBIAS = 0x1p119f; // from 4 bits of exponent, and half of it

  private static final int BIAS = 16; // of -12..12

  private final NVFP4 format;
  private final TableLookup lookup;

  Nvfp4Code(NVFP4 format, TableLookup lookup) {
    this(format, lookup, 0, new SharedScale());
  }

  private Nvfp4Code(NVFP4 format, TableLookup lookup, int part, SharedScale scales) {
    super(format, part, BIAS, scales);
    this.format = format;
    this.lookup = lookup;
  }

  @Override
  BlockCode of(int other, SharedScale scale) {
    return new Nvfp4Code(format, lookup, other, scale);
  }

  /** The bytes of all parts' scales; those that are none are zeros. */
  @Override
  V128.Local shared(Code c, I32 block) {
    V128.Local bytes = c.v128(word(block, 0));
    V128 none = V128.of(Opcode.I8X16_EQ, bytes, V128.i8x16(NONE));
    return c.v128(V128.of(Opcode.V128_ANDNOT, bytes, none));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    V128 bytes = super.scale(c, block);
    int left = MANTISSA - 8 * part();
    V128 moved = left > 0 ? bytes.i32x4Shl(left) : bytes.i32x4ShrU(-left);
    return c.v128(moved.and(V128.i32x4(0x7F << MANTISSA)).f32x4Mul(V128.f32x4(REBIAS)));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 2; w++) {
      V128.Local packed = c.v128(word(block, 1 + 2 * part() + w));
      sink.word(w, lookup.of(MXFP4.TABLE, BIAS, low(packed)));
      sink.word(w + 2, lookup.of(MXFP4.TABLE, BIAS, high(packed)));
    }
  }
}
