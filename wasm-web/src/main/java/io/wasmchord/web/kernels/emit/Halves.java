package io.wasmchord.web.kernels.emit;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** Conversions of binary16, with the bits of {@code math.Float16}. */
public final class Halves {
  private static final int INFINITY = 0x7F800000;
  private static final int LARGEST = 0x477FE000; // 65504
  private static final int SMALLEST_NORMAL = 0x38800000; // 2^-14
  private static final float REBIAS = 0x1p112f; // from binary16's exponent bias to binary32's

  private Halves() {}

  /** Four binary16, zero-extended to 32-bit lanes, as floats. */
  public static V128.Local toFloats(Code c, V128 halves) {
    V128.Local x = c.v128(halves.i32x4Shl(16).i32x4ShrS(3).and(V128.i32x4(0x8FFFE000)));
    c.set(x, x.f32x4Mul(V128.f32x4(REBIAS)));
    V128 special =
        V128.of(Opcode.F32X4_GE, V128.of(Opcode.F32X4_ABS, x), V128.f32x4(65536f))
            .and(V128.i32x4(INFINITY));
    c.set(x, x.or(special));
    return x;
  }

  /** {@code to = } the value that is left of {@code x} after rounding to binary16. */
  public static void round(Code c, F32.Local x, F32.Local to) {
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

  /** Four finite binary16, sign-extended to 32-bit lanes, as floats. */
  public static V128 finiteToFloats(V128 halves) {
    V128 shifted = halves.i32x4Shl(13).and(V128.i32x4(0x8FFFE000));
    return shifted.f32x4Mul(V128.f32x4(REBIAS));
  }

  /** A binary16 that is finite and not negative. */
  public static F32 finiteToFloat(I32 half) {
    return F32.ofBits(half.shl(13)).times(F32.of(REBIAS));
  }

  /** The 16 bits of {@code Float16.fromFloatFinite}. */
  public static I32 finiteBits(Code c, F32 value) {
    F32.Local x = c.f32(value);
    c.set(x, F32.select(x.eq(x), x, F32.of(0f)));
    I32.Local magnitude = c.i32(x.bits().and(0x7FFFFFFF));
    c.set(magnitude, magnitude.min(I32.of(LARGEST)));
    I32 sign = x.bits().shrU(16).and(0x8000);
    // in small ones adding 0.5 aligns the bits that stay, rounded to even
    I32 small = F32.ofBits(magnitude).plus(F32.of(0.5f)).bits().minus(0x3F000000);
    I32 even = magnitude.plus(0xFFF).plus(magnitude.shrU(13).and(1));
    I32 normal = even.minus(0x38000000).shrU(13);
    return I32.select(magnitude.lt(I32.of(SMALLEST_NORMAL)), small, normal).or(sign);
  }
}
