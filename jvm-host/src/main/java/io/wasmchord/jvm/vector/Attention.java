package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;

import io.wasmchord.backend.Command;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Attention over the cache. A unit is one head of one token. */
final class Attention implements Team.Step<Scratch> {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final Command.Attention a;
  private final VectorKvCache cache;
  private final long q;
  private final long out;
  private final int keyDim;
  private final int valueDim;

  Attention(Command.Attention a) {
    this.a = a;
    this.cache = VectorKvCache.of(a.cache());
    this.q = VectorTensor.of(a.q()).address();
    this.out = VectorTensor.of(a.out()).address();
    this.keyDim = cache.spec().keyDim();
    this.valueDim = cache.spec().valueDim();
  }

  @Override
  public String label() {
    return "attention";
  }

  @Override
  public int units() {
    return a.q().rows() * a.heads();
  }

  @Override
  public int chunk() {
    return 2;
  }

  @Override
  public void run(int from, int to, Scratch scratch) {
    for (int unit = from; unit < to; unit++) {
      int last = a.position() + unit / a.heads();
      int first = a.window() == 0 ? 0 : Math.max(0, last - a.window() + 1);
      int kvHead = unit % a.heads() / (a.heads() / cache.spec().kvHeads());
      int runStart = first / RUN * RUN;
      int runEnd = last / RUN * RUN + RUN;
      float[] scores = scratch.floats(runEnd);
      scores(q + 4L * unit * keyDim, cache.keys(a.layer(), kvHead), runStart, runEnd, scores);
      Arrays.fill(scores, runStart, first, Float.NEGATIVE_INFINITY);
      Arrays.fill(scores, last + 1, runEnd, Float.NEGATIVE_INFINITY);
      float inverse = 1f / softmax(scores, runStart, runEnd);
      values(
          cache.values(a.layer(), kvHead),
          first,
          last,
          scores,
          inverse,
          out + 4L * unit * valueDim);
    }
  }

  private void scores(long query, long keys, int from, int to, float[] scores) {
    for (int p = from; p < to; p += RUN) {
      long at = keys + cache.keyOffset(p);
      for (int v = 0; v < RUN; v += 2 * LANES) {
        if (LANES == RUN) {
          single(query, at, p, scores);
        } else {
          pair(query, at + 4L * v * keyDim, p + v, scores);
        }
      }
    }
  }

  private void single(long query, long at, int p, float[] scores) {
    FloatVector s = FloatVector.zero(FLOATS);
    for (int d = 0; d < keyDim; d++) {
      s = s.add(load(at + 4L * d * LANES).mul(ALL.get(FLOAT, query + 4L * d)));
    }
    put(s, scores, p);
  }

  /** Two vectors of positions at once: two chains of additions. */
  private void pair(long query, long at, int p, float[] scores) {
    long next = 4L * LANES * keyDim;
    FloatVector s = FloatVector.zero(FLOATS);
    FloatVector t = s;
    for (int d = 0; d < keyDim; d++) {
      float value = ALL.get(FLOAT, query + 4L * d);
      s = s.add(load(at + 4L * d * LANES).mul(value));
      t = t.add(load(at + next + 4L * d * LANES).mul(value));
    }
    put(s, scores, p);
    put(t, scores, p + LANES);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(FLOATS, ALL, address, LITTLE);
  }

  private void put(FloatVector sums, float[] scores, int p) {
    sums.mul(a.scale()).intoArray(scores, p);
    if (a.softCap() != 0f) {
      for (int i = p; i < p + LANES; i++) {
        scores[i] = a.softCap() * FloatMath.tanh(scores[i] / a.softCap());
      }
    }
  }

  /** Replaces scores by {@code exp(score - max)} and returns their sum. */
  private static float softmax(float[] scores, int from, int to) {
    FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int p = from; p < to; p += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, scores, p);
      most = most.blend(v, v.compare(VectorOperators.GT, most));
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < LANES; i++) {
      max = most.lane(i) > max ? most.lane(i) : max;
    }
    float[] lanes = new float[RUN];
    for (int p = from; p < to; p += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(FLOATS, scores, p).sub(max));
      e.intoArray(scores, p);
      int lane = p % RUN;
      FloatVector.fromArray(FLOATS, lanes, lane).add(e).intoArray(lanes, lane);
    }
    for (int half = RUN / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] = lanes[i] + lanes[i + half];
      }
    }
    return lanes[0];
  }

  private void values(long values, int first, int last, float[] weights, float inverse, long to) {
    int d = 0;
    for (; d + 4 * LANES <= valueDim; d += 4 * LANES) {
      four(values + 4L * d, first, last, weights, inverse, to + 4L * d);
    }
    for (; d + LANES <= valueDim; d += LANES) {
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int p = first; p <= last; p++) {
        sum = sum.add(load(values + 4L * ((long) p * valueDim + d)).mul(weights[p]));
      }
      sum.mul(inverse).intoMemorySegment(ALL, to + 4L * d, LITTLE);
    }
    for (; d < valueDim; d++) {
      float sum = 0f;
      for (int p = first; p <= last; p++) {
        sum = sum + weights[p] * ALL.get(FLOAT, values + 4L * ((long) p * valueDim + d));
      }
      ALL.set(FLOAT, to + 4L * d, sum * inverse);
    }
  }

  private void four(long values, int first, int last, float[] weights, float inverse, long to) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    for (int p = first; p <= last; p++) {
      long at = values + 4L * p * valueDim;
      float weight = weights[p];
      a0 = a0.add(load(at).mul(weight));
      a1 = a1.add(load(at + 4L * LANES).mul(weight));
      a2 = a2.add(load(at + 8L * LANES).mul(weight));
      a3 = a3.add(load(at + 12L * LANES).mul(weight));
    }
    a0.mul(inverse).intoMemorySegment(ALL, to, LITTLE);
    a1.mul(inverse).intoMemorySegment(ALL, to + 4L * LANES, LITTLE);
    a2.mul(inverse).intoMemorySegment(ALL, to + 8L * LANES, LITTLE);
    a3.mul(inverse).intoMemorySegment(ALL, to + 12L * LANES, LITTLE);
  }
}
