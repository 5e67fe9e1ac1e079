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
  private static final float REBIAS = 0x1p119f; // from 4 bits of exponent, and half of it

  private static final int BIAS = 16; // of -12..12

  private final NVFP4 format;
  private final TableLookup lookup;

  Nvfp4Code(NVFP4 format, TableLookup lookup) {
    this(format, lookup, 0);
  }

  private Nvfp4Code(NVFP4 format, TableLookup lookup, int part) {
    super(format, part, BIAS, new SharedScale());
    this.format = format;
    this.lookup = lookup;
  }

  @Override
  BlockCode of(int other, SharedScale scale) {
    return new Nvfp4Code(format, lookup, other);
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    V128.Local bits = c.v128(word(block, 0).i32x4ShrU(8 * part()).and(V128.i32x4(0xFF)));
    V128 scale = bits.and(V128.i32x4(0x7F)).i32x4Shl(20).f32x4Mul(V128.f32x4(REBIAS));
    V128 none = V128.of(Opcode.I32X4_EQ, bits, V128.i32x4(NONE));
    return c.v128(V128.bitselect(V128.i32x4(0), scale, none));
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
