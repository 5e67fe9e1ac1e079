package io.wasmchord.jvm.vector;

/** The contract's sums in sixteen lanes. */
final class StridedSums {
  static final int COUNT = 16;

  private StridedSums() {}

  /** The sum of the lanes, which it overwrites. */
  static float fold(float[] lanes) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] = lanes[i] + lanes[i + half];
      }
    }
    return lanes[0];
  }
}
