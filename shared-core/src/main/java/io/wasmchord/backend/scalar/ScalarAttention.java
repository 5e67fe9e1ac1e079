package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.host.Parallel;
import io.wasmchord.math.FloatMath;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Attention. Every (token, head) pair is independent. */
final class ScalarAttention {
  private final Parallel parallel;

  ScalarAttention(Parallel parallel) {
    this.parallel = parallel;
  }

  void run(Command.Attention a) {
    int first = 0;
    for (SequenceRows rows : a.sequences()) {
      int offset = first;
      parallel.forRange(
          rows.count() * a.heads(), (from, to) -> new Worker(a, rows, offset).run(from, to));
      first += rows.count();
    }
  }

  /** One thread's scratch for the rows of one sequence. */
  private static final class Worker {
    private final Command.Attention a;
    private final SequenceRows sequence;
    private final int offset; // the sequence's first row in the batch
    private final ScalarKvCache cache;
    private final ScalarKvCache.Layer layer;
    private final KvRows rows;
    private final ScalarTensor q;
    private final ScalarTensor out;
    private final float[] query;
    private final float[] row;
    private final float[] sum;
    private final float[] scores;
    private final float @Nullable [] sinks;
    private final float @Nullable [] slopes;
    private final float @Nullable [] biases;

    Worker(Command.Attention a, SequenceRows sequence, int offset) {
      this.a = a;
      this.sequence = sequence;
      this.offset = offset;
      this.cache = ScalarKvCache.of(sequence.cache());
      this.layer = cache.layer(a.layer());
      this.rows = new KvRows(cache.spec().type());
      this.q = ScalarTensor.of(a.q());
      this.out = ScalarTensor.of(a.out());
      int keyDim = layer.heads().keyDim();
      int valueDim = layer.heads().valueDim();
      this.query = new float[keyDim];
      this.row = new float[Math.max(keyDim, valueDim)];
      this.sum = new float[valueDim];
      this.scores = new float[a.end(sequence)];
      this.sinks = values(a.options().sinks());
      this.slopes = values(a.options().slopes());
      this.biases = values(a.options().biases());
    }

    private static float @Nullable [] values(@Nullable Tensor tensor) {
      return tensor == null ? null : ScalarTensor.of(tensor).values();
    }

    void run(int from, int to) {
      for (int i = from; i < to; i++) {
        head(i / a.heads(), i % a.heads());
      }
    }

    private void head(int row, int head) {
      int first = a.first(sequence, row);
      int last = a.last(sequence, row);
      int token = offset + row;
      int kvHead = head / (a.heads() / layer.heads().count());
      q.data()
          .getFloats(
              4L * ((long) token * q.cols() + (long) head * query.length), query, 0, query.length);
      scores(first, last, kvHead);
      byDistance(first, last, sequence.position() + row, head);
      float sink = sinks == null ? Float.NEGATIVE_INFINITY : sinks[head];
      float inverse = 1f / softmax(scores, first, last, sink);
      values(first, last, kvHead);
      for (int d = 0; d < sum.length; d++) {
        sum[d] = sum[d] * inverse;
      }
      out.memory()
          .putFloats(
              4L * ((long) token * out.cols() + (long) head * sum.length), sum, 0, sum.length);
    }

    private void scores(int first, int last, int kvHead) {
      for (int p = first; p <= last; p++) {
        rows.read(cache.keys(), layer.keyOffset(p, kvHead), row, query.length);
        float s = 0f;
        for (int d = 0; d < query.length; d++) {
          s = s + query[d] * row[d];
        }
        s = s * a.scale();
        scores[p] = a.softCap() == 0f ? s : a.softCap() * FloatMath.tanh(s / a.softCap());
      }
    }

    private void byDistance(int first, int last, int own, int head) {
      if (slopes != null) {
        for (int p = first; p <= last; p++) {
          scores[p] = scores[p] - slopes[head] * Math.abs(own - p);
        }
      }
      if (biases != null) {
        int from = head * (2 * a.options().reach() + 1);
        for (int p = first; p <= last; p++) {
          scores[p] = scores[p] + biases[from + a.options().place(own, p)];
        }
      }
    }

    private void values(int first, int last, int kvHead) {
      Arrays.fill(sum, 0f);
      for (int p = first; p <= last; p++) {
        rows.read(cache.values(), layer.valueOffset(p, kvHead), row, sum.length);
        float weight = scores[p];
        for (int d = 0; d < sum.length; d++) {
          sum[d] = sum[d] + weight * row[d];
        }
      }
    }

    /** Replaces scores by {@code exp(score - max)} and returns their sum, the sink's with it. */
    private static float softmax(float[] scores, int first, int last, float sink) {
      float max = sink > Float.NEGATIVE_INFINITY ? sink : Float.NEGATIVE_INFINITY;
      for (int p = first; p <= last; p++) {
        max = scores[p] > max ? scores[p] : max;
      }
      float[] lanes = new float[StridedSum.LANES];
      for (int p = first; p <= last; p++) {
        scores[p] = FloatMath.exp(scores[p] - max);
        lanes[p % StridedSum.LANES] = lanes[p % StridedSum.LANES] + scores[p];
      }
      return StridedSum.fold(lanes) + FloatMath.exp(sink - max);
    }
  }
}
