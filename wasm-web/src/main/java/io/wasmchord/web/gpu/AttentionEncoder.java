package io.wasmchord.web.gpu;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.wgsl.attention.Attention;
import io.wasmchord.web.wgsl.attention.StoreKv;
import org.jspecify.annotations.Nullable;

/** Attention and cache writes, sequence by sequence. */
final class AttentionEncoder {
  private static final long SCORE_WORDS = 1 << 22; // of one dispatch

  private final Recorder recorder;

  AttentionEncoder(Recorder recorder) {
    this.recorder = recorder;
  }

  void store(Command.StoreKv c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      GpuKvCache cache = GpuKvCache.of(rows.cache());
      KvSpec spec = cache.spec();
      KvSpec.Heads kv = spec.heads(c.layer());
      recorder.add(
          "storeKv " + spec.type(),
          () -> StoreKv.kernel(spec.type()),
          new StoreKv.Arguments(
              word(c.k(), first, rows.count()),
              word(c.v(), first, rows.count()),
              cache.part(Part.KEYS, c.layer()).word(),
              cache.part(Part.VALUES, c.layer()).word(),
              rows.position(),
              rows.count(),
              kv.count(),
              kv.keyDim(),
              kv.valueDim(),
              spec.capacity(c.layer()),
              spec.type()),
          DispatchList.Bound.cache(cache.window(c.layer())));
      first += rows.count();
    }
  }

  private static int word(Tensor tensor, int first, int count) {
    return GpuTensor.of(tensor).rows(first, count).data().word();
  }

  private static int optional(@Nullable Tensor tensor) {
    return tensor == null ? Attention.NONE : GpuTensor.of(tensor).data().word();
  }

  void attend(Command.Attention c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      attend(c, rows, first);
      first += rows.count();
    }
  }

  /** As many rows at once as there is room for scores. */
  private void attend(Command.Attention c, SequenceRows rows, int first) {
    int span = span(c, rows);
    boolean few = span <= Attention.SHORT;
    int most = few ? rows.count() : (int) Math.max(1, SCORE_WORDS / ((long) c.heads() * span));
    int scores =
        few ? 0 : recorder.temporary((long) Math.min(most, rows.count()) * c.heads() * span).word();
    for (int done = 0; done < rows.count(); done += most) {
      int count = Math.min(most, rows.count() - done);
      dispatch(c, rows, first, done, count, scores, span);
    }
  }

  /** The most positions that one of the rows attends to. */
  private static int span(Command.Attention c, SequenceRows rows) {
    int span = 1;
    for (int row = 0; row < rows.count(); row++) {
      span = Math.max(span, c.last(rows, row) - c.first(rows, row) + 1);
    }
    return span;
  }

  private void dispatch(
      Command.Attention c,
      SequenceRows rows,
      int first,
      int done,
      int count,
      int scores,
      int span) {
    GpuKvCache cache = GpuKvCache.of(rows.cache());
    KvSpec spec = cache.spec();
    KvSpec.Heads kv = spec.heads(c.layer());
    boolean few = span <= Attention.SHORT;
    recorder.add(
        (few ? "short attention " : "attention ") + spec.type(),
        () -> Attention.kernel(spec.type(), few),
        new Attention.Arguments(
            word(c.q(), first + done, count),
            word(c.out(), first + done, count),
            cache.part(Part.KEYS, c.layer()).word(),
            cache.part(Part.VALUES, c.layer()).word(),
            rows.position() + done,
            count,
            c.heads(),
            c.heads() / kv.count(),
            kv.keyDim(),
            kv.valueDim(),
            spec.capacity(c.layer()),
            c.scale(),
            c.softCap(),
            c.before(rows),
            c.after(rows),
            c.end(rows),
            c.chunk(),
            optional(c.options().sinks()),
            optional(c.options().slopes()),
            optional(c.options().biases()),
            c.options().reach(),
            scores,
            span),
        DispatchList.Bound.cache(cache.window(c.layer())));
  }
}
