package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;

import jdk.incubator.vector.FloatVector;

/** {@link StridedSums} by the Vector API, at any register width. */
final class VectorSums {
  private VectorSums() {}

  /** Adds {@code v}, which begins at lane {@code lane}. */
  static void add(float[] lanes, int lane, FloatVector v) {
    FloatVector.fromArray(FLOATS, lanes, lane).add(v).intoArray(lanes, lane);
  }

  /** Of the first {@code n} values. */
  static float of(float[] x, int n) {
    float[] lanes = new float[StridedSums.COUNT];
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      add(lanes, i % StridedSums.COUNT, FloatVector.fromArray(FLOATS, x, i));
    }
    for (; i < n; i++) {
      lanes[i % StridedSums.COUNT] = lanes[i % StridedSums.COUNT] + x[i];
    }
    return StridedSums.fold(lanes);
  }

  /** Of their squares. */
  static float ofSquares(float[] x, int n) {
    float[] lanes = new float[StridedSums.COUNT];
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, i);
      add(lanes, i % StridedSums.COUNT, v.mul(v));
    }
    for (; i < n; i++) {
      lanes[i % StridedSums.COUNT] = lanes[i % StridedSums.COUNT] + x[i] * x[i];
    }
    return StridedSums.fold(lanes);
  }
}
