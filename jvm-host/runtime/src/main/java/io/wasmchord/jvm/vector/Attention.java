package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;

import io.wasmchord.backend.Command;
import io.wasmchord.math.FloatMath;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Attention over the cache. A unit is one head of one token. */
final class Attention implements Team.Step<Scratch> {
  private final Command.Attention a;
  private final VectorKvCache cache;
  private final VectorKvCache.Layer layer;
  private final CacheCode code;
  private final long q;
  private final long out;
  private final int keyDim;
  private final int valueDim;

  Attention(Command.Attention a) {
    this.a = a;
    this.cache = VectorKvCache.of(a.cache());
    this.layer = cache.layer(a.layer());
    this.code = CacheCode.of(cache.spec().type());
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
      int first = a.first(unit / a.heads());
      int last = a.last(unit / a.heads());
      int kvHead = unit % a.heads() / (a.heads() / cache.spec().kvHeads());
      int runStart = first / RUN * RUN;
      int n = last / RUN * RUN + RUN - runStart;
      float[] scores = scratch.floats(n); // from runStart on
      scores(q + 4L * unit * keyDim, kvHead, runStart, n, scores);
      Arrays.fill(scores, 0, first - runStart, Float.NEGATIVE_INFINITY);
      Arrays.fill(scores, last + 1 - runStart, n, Float.NEGATIVE_INFINITY);
      float inverse = 1f / softmax(scores, n);
      VectorKvCache.Run values = layer.values(kvHead, first, last);
      long result = out + 4L * unit * valueDim;
      code.values(values, valueDim, scores, first - runStart, inverse, result);
    }
  }

  private void scores(long query, int kvHead, int runStart, int n, float[] scores) {
    for (int i = 0; i < n; i += RUN) {
      code.scores(query, layer.strip(kvHead, runStart + i), keyDim, a.scale(), scores, i);
    }
    if (a.softCap() != 0f) {
      for (int i = 0; i < n; i++) {
        scores[i] = a.softCap() * FloatMath.tanh(scores[i] / a.softCap());
      }
    }
  }

  /** Replaces scores by {@code exp(score - max)} and returns their sum. */
  private static float softmax(float[] scores, int n) {
    FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int p = 0; p < n; p += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, scores, p);
      most = most.blend(v, v.compare(VectorOperators.GT, most));
    }
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < LANES; i++) {
      max = most.lane(i) > max ? most.lane(i) : max;
    }
    float[] lanes = new float[RUN];
    for (int p = 0; p < n; p += LANES) {
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
}
