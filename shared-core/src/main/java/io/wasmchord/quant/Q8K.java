package io.wasmchord.quant;

import io.wasmchord.math.FloatMath;

/** The 256-block quantizer of activations; ggml's {@code quantize_row_q8_K_ref}. */
public final class Q8K {
  private Q8K() {}

  /**
   * Quantizes 256 floats at {@code x[from]} to int8 at {@code q[to]}, with the sums of each 16 of them from {@code sums[sumsAt]} on.
   *
   * @return the float32 scale; 0 for a block of zeros
   */
  public static float quantizeBlock(float[] x, int from, byte[] q, int to, short[] sums, int sumsAt) {
    float max = 0f;
    float magnitude = 0f;
    for (int i = 0; i < 256; i++) {
      float a = Math.abs(x[from + i]);
      if (a > magnitude) {
        magnitude = a;
        max = x[from + i];
      }
    }
    float inverse = magnitude == 0f ? 0f : -127f / max;
    for (int g = 0; g < 16; g++) {
      int sum = 0;
      for (int i = g * 16; i < g * 16 + 16; i++) {
        float rounded = (inverse * x[from + i] + FloatMath.ROUND) - FloatMath.ROUND;
        int value = Math.clamp((int) rounded, -127, 127);
        q[to + i] = (byte) value;
        sum += value;
      }
      sums[sumsAt + g] = (short) sum;
    }
    return magnitude == 0f ? 0f : 1f / inverse;
  }
}
