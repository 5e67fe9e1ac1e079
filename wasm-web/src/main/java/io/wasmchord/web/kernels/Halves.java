package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** Conversions of binary16, with the bits of {@code quant.Float16}. */
final class Halves {
  private static final int INFINITY = 0x7F800000;
  private static final float REBIAS = 0x1p112f; // from binary16's exponent bias to binary32's

  private Halves() {}

  /** Four binary16, zero-extended to 32-bit lanes, as floats. */
  static V128.Local toFloats(Code c, V128 halves) {
    V128.Local x = c.v128(halves.i32x4Shl(16).i32x4ShrS(3).and(V128.i32x4(0x8FFFE000)));
    c.set(x, x.f32x4Mul(V128.f32x4(REBIAS)));
    V128 special =
        V128.of(Opcode.F32X4_GE, V128.of(Opcode.F32X4_ABS, x), V128.f32x4(65536f))
            .and(V128.i32x4(INFINITY));
    c.set(x, x.or(special));
    return x;
  }

  /** {@code to = } the value that is left of {@code x} after rounding to binary16. */
  static void round(Code c, F32.Local x, F32.Local to) {
    I32.Local magnitude = c.i32(x.bits().and(0x7FFFFFFF));
    I32 sign = x.bits().and(0x80000000);
    c.when(
        magnitude.gt(I32.of(INFINITY)),
        () -> c.set(to, x),
        () -> {
          I32 kept = magnitude.plus(0xFFF).plus(magnitude.shrU(13).and(1)).and(~0x1FFF);
          I32.Local rounded =
              c.i32(I32.select(magnitude.lt(I32.of(0x477FF000)), kept, I32.of(INFINITY)));
          F32 small = F32.ofBits(magnitude).plus(F32.of(0.5f)).minus(F32.of(0.5f));
          c.set(rounded, I32.select(magnitude.lt(I32.of(0x38800000)), small.bits(), rounded));
          c.set(to, F32.ofBits(rounded.or(sign)));
        });
  }
}
