package io.wasmchord.quant.format;

import static io.wasmchord.quant.format.ScaleSearch.nearest;

/** How quantizers of blocks of 256 values round a group, once its scale is known. */
final class Groups256 {
  private Groups256() {}

  /** Integers of {@code (x + minimum) / d} in 0..max; those of the search stay where d is 0. */
  static void lowered(
      float[] src, int at, int[] q, int to, int n, float d, float minimum, int max) {
    for (int i = 0; d != 0f && i < n; i++) {
      q[to + i] = Math.clamp(nearest((src[at + i] + minimum) / d), 0, max);
    }
  }

  /** Integers of {@code x / d} plus {@code bias}; those of the search stay where d is 0. */
  static void biased(float[] src, int at, int[] q, int to, int n, float d, int bias) {
    for (int i = 0; d != 0f && i < n; i++) {
      q[to + i] = Math.clamp(nearest(src[at + i] / d), -bias, bias - 1) + bias;
    }
  }
}
