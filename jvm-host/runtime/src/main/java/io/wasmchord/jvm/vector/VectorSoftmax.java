package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;

import io.wasmchord.math.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The softmax of attention by the Vector API. */
final class VectorSoftmax {
  private VectorSoftmax() {}

  /**
   * Replaces {@code n} scores from {@code at} on, whole runs, by {@code exp(score - max)}; their
   * sum, the sink's with it.
   */
  static float of(Scores rules, int head, int n, float[] scores, int at) {
    float max = largest(n, scores, at, rules.least(head));
    float[] lanes = new float[RUN];
    for (int p = 0; p < n; p += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(FLOATS, scores, at + p).sub(max));
      e.intoArray(scores, at + p);
      VectorSums.add(lanes, p % RUN, e);
    }
    return StridedSums.fold(lanes) + FloatMath.exp(rules.sink(head) - max);
  }

  private static float largest(int n, float[] scores, int at, float least) {
    FloatVector most = FloatVector.broadcast(FLOATS, least);
    for (int p = at; p < at + n; p += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, scores, p);
      most = most.blend(v, v.compare(VectorOperators.GT, most));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }
}
