package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;
import io.wasmchord.math.FloatMath;

/**
 * Elementary functions of a register of values, operation for operation those of {@code
 * io.wasmchord.math.FloatMath}.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
final class MathWriter {
  static final Register ONE = new Register(14);

  private static final int POSITIVE = 0x7FFFFFFF;
  private static final int SIGN = 0x80000000;
  private static final int BIAS = 127; // of an exponent
  private static final float[] EXP = {
    1.9875691500e-4f,
    1.3981999507e-3f,
    8.3334519073e-3f,
    4.1665795894e-2f,
    1.6666665459e-1f,
    5.0000001201e-1f
  };
  private static final float[] ERF = {
    0.028855205f,
    -0.12595242f,
    0.1686402f,
    -0.06784261f,
    0.106835134f,
    0.072493754f,
    0.10169046f,
    0.10756076f,
    0.10771954f
  };
  private static final float[] TANH = {
    -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f, 1.33314422036e-1f, -3.33332819422e-1f
  };

  private final FloatLanes a;

  MathWriter(FloatLanes a) {
    this.a = a;
  }

  /** Before the others. */
  void begin() {
    a.broadcast(ONE, 1f);
  }

  /**
   * {@code dst = exp(x)}.
   *
   * @param large whether x may be above 0
   * @param t three other registers
   */
  void exp(Register dst, Register x, boolean large, Register... t) {
    Register k = t[0];
    Register r = t[1];
    Register s = t[2];
    a.each(Op.VMULPS, k, x, 1.442695041f);
    a.each(Op.VADDPS, k, k, FloatMath.ROUND);
    a.each(Op.VSUBPS, k, k, FloatMath.ROUND);
    a.each(Op.VMULPS, r, k, 0.693359375f);
    a.op(Op.VSUBPS, r, x, r);
    a.each(Op.VMULPS, s, k, -2.12194440e-4f);
    a.op(Op.VSUBPS, r, r, s);
    a.compare(x, -87.33654f, FloatLanes.NOT_LESS);
    polynomial(dst, r, EXP);
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
    a.zeroUnless(Op.VMULPS, dst, dst, k);
    if (large) {
      a.compare(x, 88.72283f, FloatLanes.GREATER);
      a.broadcast(k, Float.POSITIVE_INFINITY);
      a.choose(dst, k);
    }
  }

  private void powerOfTwo(Register n) {
    a.each(Op.VPADDD, n, n, BIAS);
    a.shift(Op.Shift.VPSLLD, n, n, 23);
  }

  /** {@code dst = x / (1 + exp(-x))}, with four other registers. */
  void silu(Register dst, Register x, Register... t) {
    a.each(Op.VPXORD, t[3], x, SIGN);
    exp(dst, t[3], true, t[0], t[1], t[2]);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.op(Op.VDIVPS, dst, x, dst);
  }

  /** {@code dst = geluErf(x)}, with five other registers. */
  void geluErf(Register dst, Register x, Register... t) {
    Register u = t[3];
    Register p = t[4];
    a.each(Op.VPANDD, u, x, POSITIVE);
    a.each(Op.VMULPS, u, u, 0.27f);
    a.op(Op.VADDPS, u, u, ONE);
    a.op(Op.VDIVPS, u, ONE, u);
    polynomial(p, u, ERF);
    a.op(Op.VMULPS, p, p, u);
    a.op(Op.VMULPS, u, x, x);
    a.each(Op.VMULPS, u, u, -0.5f);
    exp(dst, u, false, t[0], t[1], t[2]);
    a.op(Op.VMULPS, p, p, dst); // the tail
    a.op(Op.VSUBPS, dst, ONE, p);
    a.op(Op.VMULPS, dst, x, dst);
    a.op(Op.VMULPS, p, x, p);
    a.compare(x, 0f, FloatLanes.LESS);
    a.choose(dst, p);
  }

  /** {@code dst = gelu(x)}, with six other registers. */
  void gelu(Register dst, Register x, Register... t) {
    Register inner = t[5];
    a.op(Op.VMULPS, inner, x, x);
    a.each(Op.VMULPS, inner, inner, 0.044715f);
    a.op(Op.VADDPS, inner, inner, ONE);
    a.op(Op.VMULPS, inner, x, inner);
    a.each(Op.VMULPS, inner, inner, 0.7978845608f);
    tanh(dst, inner, t);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.each(Op.VMULPS, inner, x, 0.5f);
    a.op(Op.VMULPS, dst, inner, dst);
  }

  /** {@code dst = tanh(x)}, with five other registers. */
  private void tanh(Register dst, Register x, Register... t) {
    Register u = t[3];
    Register p = t[4];
    a.each(Op.VPANDD, u, x, POSITIVE);
    a.each(Op.VMULPS, p, u, -2f);
    exp(dst, p, false, t[0], t[1], t[2]);
    a.op(Op.VSUBPS, p, ONE, dst);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.op(Op.VDIVPS, dst, p, dst); // 0 or more
    a.each(Op.VPANDD, p, x, SIGN);
    a.op(Op.VPORD, dst, dst, p); // has the sign of x
    a.compare(u, 0.625f, FloatLanes.LESS);
    a.op(Op.VMULPS, u, x, x);
    polynomial(p, u, TANH);
    a.op(Op.VMULPS, p, p, u);
    a.op(Op.VMULPS, p, p, x);
    a.op(Op.VADDPS, p, p, x);
    a.choose(dst, p);
  }

  /** {@code dst = ((n[0] * x + n[1]) * x + ...) + n[last]}. */
  private void polynomial(Register dst, Register x, float... n) {
    a.broadcast(dst, n[0]);
    for (int i = 1; i < n.length; i++) {
      a.op(Op.VMULPS, dst, dst, x);
      a.each(Op.VADDPS, dst, dst, n[i]);
    }
  }
}
