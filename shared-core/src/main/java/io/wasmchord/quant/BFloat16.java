package io.wasmchord.quant;

/** The upper half of a float32. */
final class BFloat16 {
  private BFloat16() {}

  static float toFloat(int bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** The nearest, ties to even, as ggml rounds; NaN stays NaN. */
  static int fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7FFFFFFF) > 0x7F800000) {
      return (bits >>> 16) | 64;
    }
    return (bits + (0x7FFF + ((bits >>> 16) & 1))) >>> 16;
  }
}
