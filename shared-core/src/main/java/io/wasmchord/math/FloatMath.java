package io.wasmchord.math;

/**
 * The float32 functions of the arithmetic contract. Each is a fixed sequence of IEEE float32
 * additions, multiplications and divisions without fused multiply-add, so that scalar Java, the
 * Vector API and WebAssembly SIMD give the same bits. Coefficients are those of the Cephes
 * library's single-precision functions, but for {@link #geluErf}'s and {@link #softplus}'s.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
public final class FloatMath {
  /**
   * Adding and subtracting 1.5 * 2^23 rounds a float below 2^22 in magnitude to the nearest
   * integer, ties to even.
   */
  public static final float ROUND = 12582912f;

  private static final float EXP_MAX = 88.72283f;
  private static final float EXP_MIN = -87.33654f;

  private FloatMath() {}

  /**
   * e to the power x: infinity above 88.72283, zero below -87.33654 (no subnormal results), NaN for
   * NaN.
   */
  public static float exp(float x) {
    if (x > EXP_MAX) {
      return Float.POSITIVE_INFINITY;
    }
    if (x < EXP_MIN) {
      return 0f;
    }
    float k = (x * 1.442695041f + ROUND) - ROUND;
    float r = (x - k * 0.693359375f) - k * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    float y = (p * (r * r) + r) + 1f;
    int n = (int) k;
    int half = n >> 1;
    return (y * powerOfTwo(half)) * powerOfTwo(n - half);
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + 127) << 23);
  }

  /** The hyperbolic tangent. */
  public static float tanh(float x) {
    float a = Math.abs(x);
    if (a < 0.625f) {
      float z = x * x;
      float p = -5.70498872745e-3f;
      p = p * z + 2.06390887954e-2f;
      p = p * z - 5.37397155531e-2f;
      p = p * z + 1.33314422036e-1f;
      p = p * z - 3.33332819422e-1f;
      return (p * z) * x + x;
    }
    float t = exp(-2f * a);
    float y = (1f - t) / (1f + t);
    return x < 0f ? -y : y;
  }

  /** {@code 1 / (1 + exp(-x))}. */
  public static float sigmoid(float x) {
    return 1f / (1f + exp(-x));
  }

  /** x * sigmoid(x), as {@code x / (1 + exp(-x))}. */
  public static float silu(float x) {
    return x / (1f + exp(-x));
  }

  /**
   * {@code log(1 + exp(x))}, as x where that is above 0, and {@code log(1 + t)} with {@code t =
   * exp(-|x|)} more. That is twice the inverse hyperbolic tangent of {@code z = t / (2 + t)}, and
   * so a polynomial in {@code z * z}, which was fitted to it: within 5e-9 of it, relatively, before
   * rounding.
   */
  public static float softplus(float x) {
    float t = exp(-1f * Math.abs(x));
    float z = t / (2f + t);
    float w = z * z;
    float p = 0.1407889f;
    p = p * w + 0.13982579f;
    p = p * w + 0.20012298f;
    p = p * w + 0.3333316f;
    p = p * w + 1f;
    return (x > 0f ? x : 0f) + (z + z) * p;
  }

  /** x where it is above 0, else 0. */
  public static float relu(float x) {
    return x > 0f ? x : 0f;
  }

  /** {@code x * x} where x is above 0, else 0. */
  public static float reluSquared(float x) {
    return x > 0f ? x * x : 0f;
  }

  /** The tanh approximation of GELU. */
  public static float gelu(float x) {
    float inner = 0.7978845608f * (x * (1f + 0.044715f * (x * x)));
    return (0.5f * x) * (1f + tanh(inner));
  }

  /**
   * GELU as it is defined: {@code x * N(x)}, N being the normal distribution's share below x. That
   * of {@code -|x|} is {@code t * p(t) * exp(-x * x / 2)} with {@code t = 1 / (1 + 0.27 |x|)},
   * where p is a polynomial that was fitted to it: within 2.4e-8 of it, relatively, before
   * rounding.
   */
  public static float geluErf(float x) {
    float t = 1f / (1f + 0.27f * Math.abs(x));
    float p = 0.028855205f;
    p = p * t - 0.12595242f;
    p = p * t + 0.1686402f;
    p = p * t - 0.06784261f;
    p = p * t + 0.106835134f;
    p = p * t + 0.072493754f;
    p = p * t + 0.10169046f;
    p = p * t + 0.10756076f;
    p = p * t + 0.10771954f;
    float tail = (p * t) * exp(-0.5f * (x * x));
    return x < 0f ? x * tail : x * (1f - tail);
  }

  /** {@code min(silu(gate), limit) * clamp(up)}, clamp being within {@code -limit..limit}. */
  public static float siluLimited(float gate, float up, float limit) {
    float x = silu(gate);
    return (x > limit ? limit : x) * clamp(up, limit);
  }

  /** {@code x / (1 + exp(-1.702 * x)) * (clamp(up) + 1)} with {@code x = min(gate, limit)}. */
  public static float swigluOai(float gate, float up, float limit) {
    float x = gate > limit ? limit : gate;
    return x / (1f + exp(-1.702f * x)) * (clamp(up, limit) + 1f);
  }

  /** NaN stays what it is. */
  private static float clamp(float x, float limit) {
    float above = x < -limit ? -limit : x;
    return above > limit ? limit : above;
  }

  /** The square root, correctly rounded. */
  public static float sqrt(float x) {
    return (float) Math.sqrt(x);
  }
}
