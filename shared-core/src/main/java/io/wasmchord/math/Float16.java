package io.wasmchord.math;

/** IEEE 754 binary16, which neither TeaVM's class library nor older JDKs convert. */
public final class Float16 {
  private static final float LARGEST = 65504f;

  private Float16() {}

  /** The float32 value of 16 bits; the higher bits of {@code bits} are ignored. */
  public static float toFloat(int bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1F;
    int mantissa = bits & 0x3FF;
    if (exponent == 0) {
      return mantissa * (sign == 0 ? 0x1p-24f : -0x1p-24f); // a zero keeps its sign
    }
    int high = exponent == 31 ? 0xFF << 23 : (exponent + 112) << 23;
    return Float.intBitsToFloat(sign | high | mantissa << 13);
  }

  /** The nearest binary16, ties to even; overflow becomes infinity, NaN a quiet NaN. */
  public static int fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
      return sign | 0x7E00 | ((magnitude >> 13) & 0x3FF);
    }
    if (magnitude >= 0x477FF000) { // 65520 rounds to infinity
      return sign | 0x7C00;
    }
    if (magnitude
        < 0x38800000) { // below 2^-14: adding 0.5 aligns the bits that stay, rounded to even
      float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
      return sign | (Float.floatToRawIntBits(aligned) - 0x3F000000);
    }
    int rounded = magnitude + 0xFFF + ((magnitude >> 13) & 1);
    return sign | ((rounded - 0x38000000) >> 13);
  }

  /**
   * The nearest finite binary16, ties to even: what is beyond 65504 becomes 65504 of its sign,
   * infinities too, and NaN becomes 0.
   */
  public static int fromFloatFinite(float value) {
    return Float.isNaN(value) ? 0 : fromFloat(Math.max(-LARGEST, Math.min(LARGEST, value)));
  }

  /** The value that is left after rounding to binary16. */
  public static float round(float value) {
    return toFloat(fromFloat(value));
  }
}
