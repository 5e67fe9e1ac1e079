package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** MXFP4: a byte of exponent, then four words of nibbles that index a table. */
final class Mxfp4Code extends BlockCode {
  private static final int BIAS = 16; // of -12..12
  private static final int LARGEST_SUBNORMAL = 0x00200000;

  private final TableLookup lookup;

  Mxfp4Code(MXFP4 format, TableLookup lookup) {
    super(format, BIAS);
    this.lookup = lookup;
  }

  @Override
  public void begin(Code c, I32 block) {}

  /** {@code 2^(e - 128)}; the two smallest are subnormal. */
  @Override
  public V128.Local scale(Code c, I32 block) {
    V128.Local e = c.v128(octets(block, 0));
    V128 normal = e.i32x4Sub(V128.i32x4(1)).i32x4Shl(23);
    V128 subnormal = e.i32x4Add(V128.i32x4(1)).i32x4Mul(V128.i32x4(LARGEST_SUBNORMAL));
    V128.Local small = c.v128(V128.of(Opcode.I32X4_LT_S, e, V128.i32x4(2)));
    return c.v128(V128.bitselect(subnormal, normal, small));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 4; w++) {
      V128.Local packed = c.v128(word(block, w));
      sink.word(w, lookup.of(MXFP4.TABLE, BIAS, low(packed)));
      sink.word(w + 4, lookup.of(MXFP4.TABLE, BIAS, high(packed)));
    }
  }
}
