package io.wasmchord.math;

/**
 * Double-precision functions for tables and sampling, built from additions, multiplications and
 * divisions only, so that every platform gives the same bits. Relative error is below 1e-14 in the
 * ranges named; {@code Math}'s own functions may differ from engine to engine in the last bit.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
public final class DoubleMath {
  private static final double ROUND = 6755399441055744.0; // 1.5 * 2^52
  private static final double LN2_HIGH = 6.93147180369123816490e-01;
  private static final double LN2_LOW = 1.90821492927058770002e-10;
  private static final double PI_2_A = 1.57079632673412561417e+00;
  private static final double PI_2_B = 6.07710050630396597660e-11;
  private static final double PI_2_C = 2.02226624879595063154e-21;
  private static final double TWO_OVER_PI = 6.36619772367581382433e-01;

  private DoubleMath() {}

  /** e to the power x; 0 below -708, infinity above 709.78. */
  public static double exp(double x) {
    if (x > 709.78) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < -708) {
      return 0;
    }
    if (Double.isNaN(x)) {
      return x;
    }
    double k = (x * 1.44269504088896338700 + ROUND) - ROUND;
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double p = 1;
    for (int i = 14; i >= 1; i--) {
      p = 1 + p * (r / i);
    }
    int n = (int) k;
    int half = n >> 1;
    return p * powerOfTwo(half) * powerOfTwo(n - half);
  }

  private static double powerOfTwo(int n) {
    return Double.longBitsToDouble((n + 1023L) << 52);
  }

  /** The natural logarithm; NaN below 0, minus infinity at 0. */
  public static double log(double x) {
    if (Double.isNaN(x) || x < 0) {
      return Double.NaN;
    }
    if (x == 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return x;
    }
    int exponent = 0;
    if (x < Double.MIN_NORMAL) {
      x *= 18014398509481984.0; // 2^54
      exponent = -54;
    }
    long bits = Double.doubleToLongBits(x);
    exponent += (int) (bits >>> 52) - 1023;
    double m = Double.longBitsToDouble((bits & 0x000FFFFFFFFFFFFFL) | 0x3FF0000000000000L);
    if (m > 1.4142135623730951) {
      m *= 0.5;
      exponent++;
    }
    double s = (m - 1) / (m + 1);
    double z = s * s;
    double p = 1.0 / 25;
    for (int i = 23; i >= 1; i -= 2) {
      p = p * z + 1.0 / i;
    }
    return exponent * LN2_HIGH + (2 * s * p + exponent * LN2_LOW);
  }

  /** x to the power y, for x above 0. */
  public static double pow(double x, double y) {
    return exp(y * log(x));
  }

  /** The sine of x radians; accurate for magnitudes up to a million. */
  public static double sin(double x) {
    double k = (x * TWO_OVER_PI + ROUND) - ROUND;
    return quadrant(reduce(x, k), (long) k);
  }

  /** The cosine of x radians; accurate for magnitudes up to a million. */
  public static double cos(double x) {
    double k = (x * TWO_OVER_PI + ROUND) - ROUND;
    return quadrant(reduce(x, k), (long) k + 1);
  }

  private static double reduce(double x, double k) {
    return ((x - k * PI_2_A) - k * PI_2_B) - k * PI_2_C;
  }

  /** sin(r + q * pi / 2). */
  private static double quadrant(double r, long q) {
    double y = (q & 1) == 0 ? sinSeries(r) : cosSeries(r);
    return (q & 2) == 0 ? y : -y;
  }

  private static double sinSeries(double r) {
    double z = r * r;
    double p = 1;
    for (int i = 18; i >= 2; i -= 2) {
      p = 1 - p * (z / (i * (i + 1)));
    }
    return r * p;
  }

  private static double cosSeries(double r) {
    double z = r * r;
    double p = 1;
    for (int i = 19; i >= 1; i -= 2) {
      p = 1 - p * (z / (i * (i + 1)));
    }
    return p;
  }
}
