package io.wasmchord.web.kernels.emit;

import io.wasmchord.math.FloatMath;
import io.wasmchord.web.assembler.Expr;

/** {@link FloatMath}'s functions as code: the same operations in the same order. */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
public final class Functions {
  private static final float EXP_MAX = 88.72283f;
  private static final float EXP_MIN = -87.33654f;

  private Functions() {}

  public static <T extends Expr> T exp(Lanes<T> l, T value) {
    T x = l.let(value);
    T shifted = l.let(l.add(l.mul(x, l.constant(1.442695041f)), l.constant(FloatMath.ROUND)));
    T k = l.let(l.sub(shifted, l.constant(FloatMath.ROUND)));
    T r =
        l.let(
            l.sub(
                l.sub(x, l.mul(k, l.constant(0.693359375f))),
                l.mul(k, l.constant(-2.12194440e-4f))));
    T p =
        polynomial(
            l,
            r,
            1.9875691500e-4f,
            1.3981999507e-3f,
            8.3334519073e-3f,
            4.1665795894e-2f,
            1.6666665459e-1f,
            5.0000001201e-1f);
    T y = l.add(l.add(l.mul(p, l.mul(r, r)), r), l.constant(1f));
    T inRange = l.scaleByPower(y, shifted);
    T notSmall = l.ifLess(x, l.constant(EXP_MIN), l.constant(0f), inRange);
    return l.ifLess(l.constant(EXP_MAX), x, l.constant(Float.POSITIVE_INFINITY), notSmall);
  }

  private static <T extends Expr> T polynomial(Lanes<T> l, T x, float first, float... rest) {
    T p = l.constant(first);
    for (float coefficient : rest) {
      p = l.add(l.mul(p, x), l.constant(coefficient));
    }
    return p;
  }

  public static <T extends Expr> T tanh(Lanes<T> l, T value) {
    T x = l.let(value);
    T a = l.let(l.abs(x));
    T z = l.let(l.mul(x, x));
    T p =
        polynomial(
            l,
            z,
            -5.70498872745e-3f,
            2.06390887954e-2f,
            -5.37397155531e-2f,
            1.33314422036e-1f,
            -3.33332819422e-1f);
    T small = l.let(l.add(l.mul(l.mul(p, z), x), x));
    T t = l.let(exp(l, l.mul(l.constant(-2f), a)));
    T y = l.let(l.div(l.sub(l.constant(1f), t), l.add(l.constant(1f), t)));
    T large = l.ifLess(x, l.constant(0f), l.mul(y, l.constant(-1f)), y);
    return l.ifLess(a, l.constant(0.625f), small, large);
  }

  public static <T extends Expr> T sigmoid(Lanes<T> l, T value) {
    return l.div(l.constant(1f), l.add(l.constant(1f), exp(l, l.mul(value, l.constant(-1f)))));
  }

  public static <T extends Expr> T silu(Lanes<T> l, T value) {
    T x = l.let(value);
    return l.div(x, l.add(l.constant(1f), exp(l, l.mul(x, l.constant(-1f)))));
  }

  public static <T extends Expr> T softplus(Lanes<T> l, T value) {
    T x = l.let(value);
    T t = l.let(exp(l, l.mul(l.constant(-1f), l.abs(x))));
    T z = l.let(l.div(t, l.add(l.constant(2f), t)));
    T w = l.let(l.mul(z, z));
    T p = polynomial(l, w, 0.1407889f, 0.13982579f, 0.20012298f, 0.3333316f, 1f);
    T above = l.ifLess(l.constant(0f), x, x, l.constant(0f));
    return l.add(above, l.mul(l.add(z, z), p));
  }

  public static <T extends Expr> T relu(Lanes<T> l, T value) {
    T x = l.let(value);
    return l.ifLess(l.constant(0f), x, x, l.constant(0f));
  }

  public static <T extends Expr> T reluSquared(Lanes<T> l, T value) {
    T x = l.let(value);
    return l.ifLess(l.constant(0f), x, l.mul(x, x), l.constant(0f));
  }

  public static <T extends Expr> T gelu(Lanes<T> l, T value) {
    T x = l.let(value);
    T cubic = l.add(l.constant(1f), l.mul(l.constant(0.044715f), l.mul(x, x)));
    T inner = l.mul(l.constant(0.7978845608f), l.mul(x, cubic));
    return l.mul(l.mul(l.constant(0.5f), x), l.add(l.constant(1f), tanh(l, inner)));
  }

  public static <T extends Expr> T geluErf(Lanes<T> l, T value) {
    T x = l.let(value);
    T one = l.constant(1f);
    T t = l.let(l.div(one, l.add(one, l.mul(l.constant(0.27f), l.abs(x)))));
    T p =
        polynomial(
            l,
            t,
            0.028855205f,
            -0.12595242f,
            0.1686402f,
            -0.06784261f,
            0.106835134f,
            0.072493754f,
            0.10169046f,
            0.10756076f,
            0.10771954f);
    T tail = l.let(l.mul(l.mul(p, t), exp(l, l.mul(l.constant(-0.5f), l.mul(x, x)))));
    return l.ifLess(x, l.constant(0f), l.mul(x, tail), l.mul(x, l.sub(one, tail)));
  }

  public static <T extends Expr> T siluLimited(Lanes<T> l, T gate, T up, T limit) {
    T x = l.let(silu(l, gate));
    return l.mul(l.ifLess(limit, x, limit, x), clamp(l, up, limit));
  }

  public static <T extends Expr> T swigluOai(Lanes<T> l, T gate, T up, T limit) {
    T x = l.let(l.ifLess(limit, gate, limit, gate));
    T share = l.add(l.constant(1f), exp(l, l.mul(l.constant(-1.702f), x)));
    return l.mul(l.div(x, share), l.add(clamp(l, up, limit), l.constant(1f)));
  }

  private static <T extends Expr> T clamp(Lanes<T> l, T x, T limit) {
    T least = l.let(l.mul(limit, l.constant(-1f)));
    T above = l.let(l.ifLess(x, least, least, x));
    return l.ifLess(limit, above, limit, above);
  }

  /** {@code cap * tanh(x / cap)}. */
  public static <T extends Expr> T softCap(Lanes<T> l, T x, T cap) {
    return l.mul(cap, tanh(l, l.div(x, cap)));
  }
}
