package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import jdk.incubator.vector.FloatVector;

/**
 * {@code acc[t][lane] = acc[t][lane] + w[k][lane] * x[t][k]} for k = 0, 1, ... in order, over the
 * {@link Lanes#ROWS} lanes of two vectors: the one loop of matrix products and of attention. Four
 * rows of x at a time, so that a vector of w is loaded once for them, and eight sums go on at once.
 */
final class FloatTiles {
  private FloatTiles() {}

  /**
   * Adds the products of {@code count} rows of w with {@code rows} rows of x.
   *
   * @param w values from {@code at} on, as [k][lane]
   * @param x values from {@code from} on, as [t][k], a row {@code stride} after the other
   * @param acc sums from {@code to} on, as [t][lane], a row {@code next} after the other
   */
  static void add(
      float[] w,
      int at,
      int count,
      float[] x,
      int from,
      int stride,
      int rows,
      float[] acc,
      int to,
      int next) {
    int t = 0;
    for (; t + 4 <= rows; t += 4) {
      four(w, at, count, x, from + t * stride, stride, acc, to + t * next, next);
    }
    for (; t < rows; t++) {
      one(w, at, count, x, from + t * stride, acc, to + t * next);
    }
  }

  private static void one(float[] w, int at, int count, float[] x, int from, float[] acc, int to) {
    FloatVector a0 = FloatVector.fromArray(FLOATS, acc, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, acc, to + LANES);
    for (int k = 0; k < count; k++) {
      FloatVector v = FloatVector.fromArray(FLOATS, w, at + k * ROWS);
      FloatVector u = FloatVector.fromArray(FLOATS, w, at + LANES + k * ROWS);
      FloatVector e = FloatVector.broadcast(FLOATS, x[from + k]);
      a0 = a0.add(v.mul(e));
      b0 = b0.add(u.mul(e));
    }
    a0.intoArray(acc, to);
    b0.intoArray(acc, to + LANES);
  }

  private static void four(
      float[] w,
      int at,
      int count,
      float[] x,
      int from,
      int stride,
      float[] acc,
      int to,
      int next) {
    FloatVector a0 = FloatVector.fromArray(FLOATS, acc, to);
    FloatVector b0 = FloatVector.fromArray(FLOATS, acc, to + LANES);
    FloatVector a1 = FloatVector.fromArray(FLOATS, acc, to + next);
    FloatVector b1 = FloatVector.fromArray(FLOATS, acc, to + next + LANES);
    FloatVector a2 = FloatVector.fromArray(FLOATS, acc, to + 2 * next);
    FloatVector b2 = FloatVector.fromArray(FLOATS, acc, to + 2 * next + LANES);
    FloatVector a3 = FloatVector.fromArray(FLOATS, acc, to + 3 * next);
    FloatVector b3 = FloatVector.fromArray(FLOATS, acc, to + 3 * next + LANES);
    for (int k = 0; k < count; k++) {
      FloatVector v = FloatVector.fromArray(FLOATS, w, at + k * ROWS);
      FloatVector u = FloatVector.fromArray(FLOATS, w, at + LANES + k * ROWS);
      FloatVector e = FloatVector.broadcast(FLOATS, x[from + k]);
      a0 = a0.add(v.mul(e));
      b0 = b0.add(u.mul(e));
      e = FloatVector.broadcast(FLOATS, x[from + stride + k]);
      a1 = a1.add(v.mul(e));
      b1 = b1.add(u.mul(e));
      e = FloatVector.broadcast(FLOATS, x[from + 2 * stride + k]);
      a2 = a2.add(v.mul(e));
      b2 = b2.add(u.mul(e));
      e = FloatVector.broadcast(FLOATS, x[from + 3 * stride + k]);
      a3 = a3.add(v.mul(e));
      b3 = b3.add(u.mul(e));
    }
    a0.intoArray(acc, to);
    b0.intoArray(acc, to + LANES);
    a1.intoArray(acc, to + next);
    b1.intoArray(acc, to + next + LANES);
    a2.intoArray(acc, to + 2 * next);
    b2.intoArray(acc, to + 2 * next + LANES);
    a3.intoArray(acc, to + 3 * next);
    b3.intoArray(acc, to + 3 * next + LANES);
  }
}
