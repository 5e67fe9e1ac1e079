package io.wasmchord.jvm.machine;

import io.wasmchord.math.FloatMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Elementary functions of sixteen values, operation for operation those of {@code
 * io.wasmchord.math.FloatMath}.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
final class MathWriter {
  static final Zmm ONE = new Zmm(31);

  private static final int MASK = 1; // a mask register
  private static final int LESS = 1; // predicates
  private static final int NOT_LESS = 5;
  private static final int GREATER = 14;

  private static final int AND_OR = 0xF8; // first | (second & third)
  private static final float[] NUMBERS = {
    1.442695041f,
    FloatMath.ROUND,
    0.693359375f,
    -2.12194440e-4f,
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f,
    -87.33654f,
    88.72283f,
    Float.intBitsToFloat(127), // an integer
    Float.POSITIVE_INFINITY,
    Float.intBitsToFloat(0x7FFFFFFF),
    Float.intBitsToFloat(0x80000000),
    // from 16 on: of geluErf
    0.27f,
    0.028855205f,
    -0.12595242f,
    0.1686402f,
    -0.06784261f,
    0.106835134f,
    0.072493754f,
    0.10169046f,
    0.10756076f,
    0.10771954f,
    -0.5f,
    // from 27 on: of tanh and gelu
    -5.70498872745e-3f,
    2.06390887954e-2f,
    -5.37397155531e-2f,
    1.33314422036e-1f,
    -3.33332819422e-1f,
    -2f,
    0.625f,
    0.044715f,
    0.7978845608f,
    0.5f,
    // from 37 on: integers, the last sixteen places of 256
    Float.intBitsToFloat(240),
    Float.intBitsToFloat(241),
    Float.intBitsToFloat(242),
    Float.intBitsToFloat(243),
    Float.intBitsToFloat(244),
    Float.intBitsToFloat(245),
    Float.intBitsToFloat(246),
    Float.intBitsToFloat(247),
    Float.intBitsToFloat(248),
    Float.intBitsToFloat(249),
    Float.intBitsToFloat(250),
    Float.intBitsToFloat(251),
    Float.intBitsToFloat(252),
    Float.intBitsToFloat(253),
    Float.intBitsToFloat(254),
    Float.intBitsToFloat(255)
  };
  private static final MemorySegment CONSTANTS =
      Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, NUMBERS);

  /** Bytes from {@link #address} to the integers 240 to 255. */
  static final int LAST_PLACES = 4 * 37;

  private final Assembler a;
  private final Gpr constants;

  /**
   * @param constants a register with {@link #address}
   */
  MathWriter(Assembler a, Gpr constants) {
    this.a = a;
    this.constants = constants;
  }

  /** Where the constants are. */
  static long address() {
    return CONSTANTS.address();
  }

  /** Before the others. */
  void begin() {
    a.broadcast(ONE, Float.floatToRawIntBits(1f));
  }

  private Address number(int index) {
    return Address.of(constants, 4 * index);
  }

  /**
   * {@code dst = exp(x)}.
   *
   * @param large whether x may be above 0
   * @param t three other registers
   */
  void exp(Zmm dst, Zmm x, boolean large, Zmm... t) {
    Zmm k = t[0];
    Zmm r = t[1];
    Zmm s = t[2];
    a.each(Op.VMULPS, k, x, number(0));
    a.each(Op.VADDPS, k, k, number(1));
    a.each(Op.VSUBPS, k, k, number(1));
    a.each(Op.VMULPS, r, k, number(2));
    a.op(Op.VSUBPS, r, x, r);
    a.each(Op.VMULPS, s, k, number(3));
    a.op(Op.VSUBPS, r, r, s);
    compare(x, number(10), NOT_LESS);
    polynomial(dst, r, 4, 9);
    a.op(Op.VMULPS, s, r, r);
    a.op(Op.VMULPS, dst, dst, s);
    a.op(Op.VADDPS, dst, dst, r);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.op(Op.VCVTTPS2DQ, k, k);
    a.shift(Op.Shift.VPSRAD, r, k, 1);
    a.op(Op.VPSUBD, k, k, r);
    powerOfTwo(r);
    powerOfTwo(k);
    a.op(Op.VMULPS, dst, dst, r);
    masked(Op.VMULPS, dst, dst, k, true);
    if (large) {
      compare(x, number(11), GREATER);
      a.op(Op.VBROADCASTSS, k, number(13));
      masked(Op.VBLENDMPS, dst, dst, k, false);
    }
  }

  private void powerOfTwo(Zmm n) {
    a.each(Op.VPADDD, n, n, number(12));
    a.shift(Op.Shift.VPSLLD, n, n, 23);
  }

  /** {@code dst = x / (1 + exp(-x))}, with four other registers. */
  void silu(Zmm dst, Zmm x, Zmm... t) {
    a.each(Op.VPXORD, t[3], x, number(15));
    exp(dst, t[3], true, t[0], t[1], t[2]);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.op(Op.VDIVPS, dst, x, dst);
  }

  /** {@code dst = geluErf(x)}, with five other registers. */
  void geluErf(Zmm dst, Zmm x, Zmm... t) {
    Zmm u = t[3];
    Zmm p = t[4];
    a.each(Op.VPANDD, u, x, number(14));
    a.each(Op.VMULPS, u, u, number(16));
    a.op(Op.VADDPS, u, u, ONE);
    a.op(Op.VDIVPS, u, ONE, u);
    polynomial(p, u, 17, 25);
    a.op(Op.VMULPS, p, p, u);
    a.op(Op.VMULPS, u, x, x);
    a.each(Op.VMULPS, u, u, number(26));
    exp(dst, u, false, t[0], t[1], t[2]);
    a.op(Op.VMULPS, p, p, dst); // the tail
    a.op(Op.VSUBPS, dst, ONE, p);
    a.op(Op.VMULPS, dst, x, dst);
    a.op(Op.VMULPS, p, x, p);
    a.zero(u);
    a.op(Op.VCMPPS, new Zmm(MASK), x, u);
    a.raw(LESS);
    masked(Op.VBLENDMPS, dst, dst, p, false);
  }

  /** {@code dst = gelu(x)}, with six other registers. */
  void gelu(Zmm dst, Zmm x, Zmm... t) {
    Zmm inner = t[5];
    a.op(Op.VMULPS, inner, x, x);
    a.each(Op.VMULPS, inner, inner, number(34));
    a.op(Op.VADDPS, inner, inner, ONE);
    a.op(Op.VMULPS, inner, x, inner);
    a.each(Op.VMULPS, inner, inner, number(35));
    tanh(dst, inner, t);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.each(Op.VMULPS, inner, x, number(36));
    a.op(Op.VMULPS, dst, inner, dst);
  }

  /** {@code dst = tanh(x)}, with five other registers. */
  private void tanh(Zmm dst, Zmm x, Zmm... t) {
    Zmm u = t[3];
    Zmm p = t[4];
    a.each(Op.VPANDD, u, x, number(14));
    a.each(Op.VMULPS, p, u, number(32));
    exp(dst, p, false, t[0], t[1], t[2]);
    a.op(Op.VSUBPS, p, ONE, dst);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.op(Op.VDIVPS, dst, p, dst); // 0 or more
    a.op(Op.VBROADCASTSS, p, number(15));
    a.ternary(dst, x, p, AND_OR); // has the sign of x
    compare(u, number(33), LESS);
    a.op(Op.VMULPS, u, x, x);
    polynomial(p, u, 27, 31);
    a.op(Op.VMULPS, p, p, u);
    a.op(Op.VMULPS, p, p, x);
    a.op(Op.VADDPS, p, p, x);
    masked(Op.VBLENDMPS, dst, dst, p, false);
  }

  /** {@code dst = ((n[first] * x + n[first + 1]) * x + ...) + n[last]}. */
  private void polynomial(Zmm dst, Zmm x, int first, int last) {
    a.op(Op.VBROADCASTSS, dst, number(first));
    for (int i = first + 1; i <= last; i++) {
      a.op(Op.VMULPS, dst, dst, x);
      a.each(Op.VADDPS, dst, dst, number(i));
    }
  }

  /** Makes the mask. */
  private void compare(Zmm x, Address other, int predicate) {
    a.each(Op.VCMPPS, new Zmm(MASK), x, other);
    a.raw(predicate);
  }

  /** With the mask; lanes that are not in it become 0, or the operation says what they are. */
  private void masked(Op op, Zmm dst, Zmm second, Zmm last, boolean zero) {
    Lanewise.masked(a, op, dst, second, last, MASK, zero);
  }
}
