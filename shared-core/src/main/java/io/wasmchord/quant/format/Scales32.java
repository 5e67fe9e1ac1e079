package io.wasmchord.quant.format;

/** How quantizers of blocks of 32 values choose scales. */
final class Scales32 {
  private Scales32() {}

  /** Encodes a block whose values have weights. */
  @FunctionalInterface
  interface Weighted {
    void encode(float[] src, int at, float[] weights, byte[] dst, int to);
  }

  /** An encoder that weighs a value by its column's importance and its size within its row. */
  static WeightedEncoder weighted(BlockFormat format, Weighted block) {
    return (row, importance, from, dst) -> {
      float variance = Importances.squares(row, 0, row.length) / row.length;
      float[] weights = new float[32];
      for (int at = 0; at < row.length; at += 32) {
        Importances.weigh(row, at, importance, from + at, variance, weights);
        block.encode(row, at, weights, dst, at / 32 * format.bytes());
      }
    };
  }

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

  /** Stores the scale and offset that make the weighted error small; the integers of 0..most. */
  static int[] affine(float[] src, int at, float[] weights, byte[] dst, int to, int most) {
    int[] q = new int[32];
    float[] min = new float[1];
    float d = ScaleSearch.Affine.weighted(32, most).search(src, at, weights, min, 0, q);
    Bytes.putF16(dst, to, d);
    Bytes.putF16(dst, to + 2, min[0] * -1f);
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
