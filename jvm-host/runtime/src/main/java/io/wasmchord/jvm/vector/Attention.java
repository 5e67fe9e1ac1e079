package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.VectorKvCache.RUN;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.SequenceRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Attention over the caches of a batch. A unit is one head of one token. */
final class Attention implements WorkerPool.Step<KernelScratch> {
  private final Command.Attention a;
  private final List<Part> parts = new ArrayList<>();
  private final long q;
  private final long out;
  private final Scores rules;
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
    this.rules = Scores.of(a);
    this.keyDim = kv.keyDim();
    this.valueDim = kv.valueDim();
    this.shared = a.heads() / kv.count();
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
    int head = unit % a.heads();
    rules.change(new Scores.Row(part.rows.position() + row, head, runStart, n), scores, 0);
    Arrays.fill(scores, 0, first - runStart, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, last + 1 - runStart, n, Float.NEGATIVE_INFINITY);
    float inverse = 1f / VectorSoftmax.of(rules, head, n, scores, 0);
    VectorKvCache.Run values = part.layer.values(kvHead, first, last);
    long result = out + 4L * unit * valueDim;
    part.code.values(values, valueDim, scores, first - runStart, inverse, result);
  }

  private void scores(Part part, long query, int kvHead, int runStart, int n, float[] scores) {
    for (int i = 0; i < n; i += RUN) {
      long strip = part.layer.strip(kvHead, runStart + i);
      part.code.scores(query, strip, keyDim, a.scale(), scores, i);
    }
  }
}
