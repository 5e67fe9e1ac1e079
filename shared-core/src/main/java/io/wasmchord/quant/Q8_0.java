package io.wasmchord.quant;

/**
 * The 32-block quantizer of activations, also the encoder of Q8_0; ggml's {@code
 * quantize_row_q8_0_ref}.
 */
public final class Q8_0 {
  private Q8_0() {}

  /**
   * Quantizes 32 floats at {@code x[from]} to int8 at {@code q[to]}.
   *
   * @return the scale as it would be stored: rounded to float16
   */
  public static float quantizeBlock(float[] x, int from, byte[] q, int to) {
    return Float16.round(quantize(x, from, q, to));
  }

  /**
   * The same for values that are stored to be read again: a scale beyond binary16's range becomes
   * the largest one, so that what is read is always finite.
   *
   * @return the scale's 16 bits
   */
  public static int quantizeBlockFinite(float[] x, int from, byte[] q, int to) {
    return Float16.fromFloatFinite(quantize(x, from, q, to));
  }

  /** The same, with the scale before it is rounded. */
  static float quantize(float[] x, int from, byte[] q, int to) {
    float max = 0f;
    for (int i = 0; i < 32; i++) {
      float magnitude = Math.abs(x[from + i]);
      max = magnitude > max ? magnitude : max;
    }
    float d = max / 127f;
    float inverse = d != 0f ? 1f / d : 0f;
    for (int i = 0; i < 32; i++) {
      q[to + i] = (byte) Math.clamp(roundAwayFromZero(x[from + i] * inverse), -127, 127);
    }
    return d;
  }

  /** C's {@code roundf}: halves away from zero; 0 for NaN. */
  static int roundAwayFromZero(float value) {
    int truncated = (int) value;
    float rest = value - truncated;
    return truncated + (rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0);
  }
}
