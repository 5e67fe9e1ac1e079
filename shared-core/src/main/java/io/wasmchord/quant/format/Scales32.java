package io.wasmchord.quant.format;

/** How quantizers of blocks of 32 values choose scales. */
final class Scales32 {
  private Scales32() {}

  /** The value of largest magnitude, with its sign; the first of equals. */
  static float largest(float[] src, int at) {
    float magnitude = 0f;
    float max = 0f;
    for (int i = 0; i < 32; i++) {
      if (Math.abs(src[at + i]) > magnitude) {
        magnitude = Math.abs(src[at + i]);
        max = src[at + i];
      }
    }
    return max;
  }

  /** Integers of {@code x / d + bias}, at most {@code most}. */
  static int[] biased(float[] src, int at, float d, int bias, int most) {
    float inverse = d != 0f ? 1f / d : 0f;
    int[] q = new int[32];
    for (int i = 0; i < 32; i++) {
      q[i] = Math.min(most, (byte) (int) (src[at + i] * inverse + (bias + 0.5f)));
    }
    return q;
  }

  /** Stores scale and offset as two binary16 at {@code dst[to]}; the integers of 0..most. */
  static int[] affine(float[] src, int at, byte[] dst, int to, int most) {
    float min = Float.MAX_VALUE;
    float max = -Float.MAX_VALUE;
    for (int i = 0; i < 32; i++) {
      min = Math.min(min, src[at + i]);
      max = Math.max(max, src[at + i]);
    }
    float d = (max - min) / most;
    float inverse = d != 0f ? 1f / d : 0f;
    Bytes.putF16(dst, to, d);
    Bytes.putF16(dst, to + 2, min);
    int[] q = new int[32];
    for (int i = 0; i < 32; i++) {
      q[i] = (byte) (int) ((src[at + i] - min) * inverse + 0.5f);
    }
    return q;
  }
}
