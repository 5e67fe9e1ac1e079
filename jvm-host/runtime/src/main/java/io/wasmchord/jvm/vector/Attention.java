package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.VectorKvCache.RUN;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** Attention over the caches of a batch. A unit is one head of one token. */
final class Attention implements WorkerPool.Step<KernelScratch> {
  private final Command.Attention a;
  private final List<Part> parts = new ArrayList<>();
  private final long q;
  private final long out;
  private final long sinks; // an address, or 0 where there are none; so the next two
  private final long slopes;
  private final long biases;
  private final int keyDim;
  private final int valueDim;
  private final int shared; // query heads of a kv head

  /**
   * The rows of one sequence.
   *
   * @param first their first row in the batch
   */
  private record Part(VectorKvCache.Layer layer, CacheCode code, SequenceRows rows, int first) {
    int end() {
      return first + rows.count();
    }
  }

  Attention(Command.Attention a) {
    this.a = a;
    int first = 0;
    for (SequenceRows rows : a.sequences()) {
      VectorKvCache cache = VectorKvCache.of(rows.cache());
      CacheCode code = CacheCode.of(cache.spec().type());
      parts.add(new Part(cache.layer(a.layer()), code, rows, first));
      first += rows.count();
    }
    KvSpec.Heads kv = parts.getFirst().layer.heads();
    this.q = VectorTensor.of(a.q()).address();
    this.out = VectorTensor.of(a.out()).address();
    this.sinks = address(a.options().sinks());
    this.slopes = address(a.options().slopes());
    this.biases = address(a.options().biases());
    this.keyDim = kv.keyDim();
    this.valueDim = kv.valueDim();
    this.shared = a.heads() / kv.count();
  }

  private static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : VectorTensor.of(tensor).address();
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
  public void run(int from, int to, KernelScratch scratch) {
    int heads = a.heads();
    for (Part part : parts) {
      int end = Math.min(to, part.end() * heads);
      for (int unit = Math.max(from, part.first * heads); unit < end; unit++) {
        unit(part, unit, scratch);
      }
    }
  }

  private void unit(Part part, int unit, KernelScratch scratch) {
    int row = unit / a.heads() - part.first;
    int first = a.first(part.rows, row);
    int last = a.last(part.rows, row);
    int kvHead = unit % a.heads() / shared;
    int runStart = first / RUN * RUN;
    int n = last / RUN * RUN + RUN - runStart;
    float[] scores = scratch.floats(n); // from runStart on
    scores(part, q + 4L * unit * keyDim, kvHead, runStart, n, scores);
    byDistance(part.rows.position() + row, runStart, n, unit % a.heads(), scores);
    Arrays.fill(scores, 0, first - runStart, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, last + 1 - runStart, n, Float.NEGATIVE_INFINITY);
    float inverse = 1f / softmax(scores, n, sink(unit % a.heads()));
    VectorKvCache.Run values = part.layer.values(kvHead, first, last);
    long result = out + 4L * unit * valueDim;
    part.code.values(values, valueDim, scores, first - runStart, inverse, result);
  }

  private void scores(Part part, long query, int kvHead, int runStart, int n, float[] scores) {
    for (int i = 0; i < n; i += RUN) {
      long strip = part.layer.strip(kvHead, runStart + i);
      part.code.scores(query, strip, keyDim, a.scale(), scores, i);
    }
    if (a.softCap() != 0f) {
      for (int i = 0; i < n; i++) {
        scores[i] = a.softCap() * FloatMath.tanh(scores[i] / a.softCap());
      }
    }
  }

  private float sink(int head) {
    return sinks == 0 ? Float.NEGATIVE_INFINITY : at(sinks, head);
  }

  /** Adds what depends on how far positions are from the token's own. */
  private void byDistance(int own, int runStart, int n, int head, float[] scores) {
    if (slopes != 0) {
      float slope = at(slopes, head);
      for (int i = 0; i < n; i++) {
        scores[i] = scores[i] - slope * Math.abs(own - runStart - i);
      }
    }
    if (biases != 0) {
      int from = head * (2 * a.options().reach() + 1);
      for (int i = 0; i < n; i++) {
        scores[i] = scores[i] + at(biases, from + a.options().place(own, runStart + i));
      }
    }
  }

  private static float at(long address, int index) {
    return Lanes.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address + 4L * index);
  }

  /** Replaces scores by {@code exp(score - max)} and returns their sum, the sink's with it. */
  private static float softmax(float[] scores, int n, float sink) {
    float least = sink > Float.NEGATIVE_INFINITY ? sink : Float.NEGATIVE_INFINITY;
    FloatVector most = FloatVector.broadcast(FLOATS, least);
    for (int p = 0; p < n; p += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, scores, p);
      most = most.blend(v, v.compare(VectorOperators.GT, most));
    }
    float max = least;
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
    return lanes[0] + FloatMath.exp(sink - max);
  }
}
