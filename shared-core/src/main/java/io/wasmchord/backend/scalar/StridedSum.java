package io.wasmchord.backend.scalar;

/**
 * The contract's sum along a vector: element i belongs to lane i mod 16, lanes add their elements
 * in order, and the lanes are folded in halves. A SIMD register of 4, 8 or 16 lanes does the same
 * additions.
 */
final class StridedSum {
  static final int LANES = 16;

  private StridedSum() {}

  /** Folds the lanes: i with i + 8, then i + 4, i + 2, i + 1. Overwrites {@code lanes}. */
  static float fold(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] = lanes[i] + lanes[i + half];
      }
    }
    return lanes[0];
  }

  static float of(float[] x, int at, int n) {
    float[] lanes = new float[LANES];
    for (int i = 0; i < n; i++) {
      lanes[i % LANES] = lanes[i % LANES] + x[at + i];
    }
    return fold(lanes);
  }

  static float ofSquares(float[] x, int at, int n) {
    float[] lanes = new float[LANES];
    for (int i = 0; i < n; i++) {
      lanes[i % LANES] = lanes[i % LANES] + x[at + i] * x[at + i];
    }
    return fold(lanes);
  }
}
