package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.floats;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;
import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.LANES;
import static io.wasmchord.jvm.vector.Width.ROWS;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * A cache of float32. Its loops stand once more in {@link HalfCache}, with other loads: behind a
 * common method the loads would be virtual calls, and a vector that such a call returns is an
 * object where a process uses both.
 */
final class FloatCache implements CacheCode {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  @Override
  public void scores(long query, long strip, int dim, float scale, float[] scores, int p) {
    if (LANES == RUN) {
      single(query, strip, dim, scale, scores, p);
      return;
    }
    for (int v = 0; v < RUN; v += 2 * LANES) {
      pair(query, strip + 4L * v * dim, dim, scale, scores, p + v);
    }
  }

  private static void single(long query, long at, int dim, float scale, float[] scores, int p) {
    FloatVector s = FloatVector.zero(FLOATS);
    for (int d = 0; d < dim; d++) {
      s = s.add(floats(at + 4L * d * LANES).mul(ALL.get(FLOAT, query + 4L * d)));
    }
    s.mul(scale).intoArray(scores, p);
  }

  /** Two vectors of positions at once: two chains of additions. */
  private static void pair(long query, long at, int dim, float scale, float[] scores, int p) {
    long next = 4L * LANES * dim;
    FloatVector s = FloatVector.zero(FLOATS);
    FloatVector t = s;
    for (int d = 0; d < dim; d++) {
      float value = ALL.get(FLOAT, query + 4L * d);
      s = s.add(floats(at + 4L * d * LANES).mul(value));
      t = t.add(floats(at + next + 4L * d * LANES).mul(value));
    }
    s.mul(scale).intoArray(scores, p);
    t.mul(scale).intoArray(scores, p + LANES);
  }

  @Override
  public void values(
      VectorKvCache.Run values, int dim, float[] weights, int first, float inverse, long to) {
    int end = first + values.count();
    int d = 0;
    for (; d + 4 * LANES <= dim; d += 4 * LANES) {
      four(values, dim, d, weights, first, inverse, to + 4L * d);
    }
    for (; d + LANES <= dim; d += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      long at = values.at() + 4L * d;
      for (int p = first; p < end; p++) {
        sum = sum.add(floats(at).mul(weights[p]));
        at = values.next(at, 4L * dim, 4L * d);
      }
      sum.mul(inverse).intoMemorySegment(ALL, to + 4L * d, LITTLE);
    }
    for (; d < dim; d++) {
      float sum = 0f;
      long at = values.at() + 4L * d;
      for (int p = first; p < end; p++) {
        sum = sum + weights[p] * ALL.get(FLOAT, at);
        at = values.next(at, 4L * dim, 4L * d);
      }
      ALL.set(FLOAT, to + 4L * d, sum * inverse);
    }
  }

  private static void four(
      VectorKvCache.Run values,
      int dim,
      int d,
      float[] weights,
      int first,
      float inverse,
      long to) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    int end = first + values.count();
    long at = values.at() + 4L * d;
    for (int p = first; p < end; p++) {
      float weight = weights[p];
      a0 = a0.add(floats(at).mul(weight));
      a1 = a1.add(floats(at + 4L * LANES).mul(weight));
      a2 = a2.add(floats(at + 8L * LANES).mul(weight));
      a3 = a3.add(floats(at + 12L * LANES).mul(weight));
      at = values.next(at, 4L * dim, 4L * d);
    }
    a0.mul(inverse).intoMemorySegment(ALL, to, LITTLE);
    a1.mul(inverse).intoMemorySegment(ALL, to + 4L * LANES, LITTLE);
    a2.mul(inverse).intoMemorySegment(ALL, to + 8L * LANES, LITTLE);
    a3.mul(inverse).intoMemorySegment(ALL, to + 12L * LANES, LITTLE);
  }

  @Override
  public void widenKeys(long strip, int dim, float[] to, int at) {
    for (int d = 0; d < dim; d++) {
      floats(strip + 4L * d * LANES).intoArray(to, at + d * ROWS);
    }
  }

  @Override
  public void widenValue(long value, int dim, float[] to, int at, int next) {
    for (int d = 0; d < dim; d += LANES) {
      floats(value + 4L * d).intoArray(to, at + d / ROWS * next + d % ROWS);
    }
  }
}
