package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/** The contract's sums in sixteen lanes, at any register width. */
final class StridedSums {
  static final int COUNT = 16;

  private StridedSums() {}

  /** Adds {@code v}, which begins at lane {@code lane}. */
  static void add(float[] lanes, int lane, FloatVector v) {
    FloatVector.fromArray(FLOATS, lanes, lane).add(v).intoArray(lanes, lane);
  }

  /** The sum of the lanes, which it overwrites. */
  static float fold(float[] lanes) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] = lanes[i] + lanes[i + half];
      }
    }
    return lanes[0];
  }

  /** Of the first {@code n} values. */
  static float of(float[] x, int n) {
    float[] lanes = new float[COUNT];
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      add(lanes, i % COUNT, FloatVector.fromArray(FLOATS, x, i));
    }
    for (; i < n; i++) {
      lanes[i % COUNT] = lanes[i % COUNT] + x[i];
    }
    return fold(lanes);
  }

  /** Of their squares. */
  static float ofSquares(float[] x, int n) {
    float[] lanes = new float[COUNT];
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      add(lanes, i % COUNT, v.mul(v));
    }
    for (; i < n; i++) {
      lanes[i % COUNT] = lanes[i % COUNT] + x[i] * x[i];
    }
    return fold(lanes);
  }
}
