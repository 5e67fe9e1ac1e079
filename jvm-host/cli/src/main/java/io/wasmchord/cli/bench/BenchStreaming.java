package io.wasmchord.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wasmchord.jvm.LayerStream;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.weights.LayerCacheStatistics;
import org.jspecify.annotations.Nullable;

/** What a benchmark says of layers that pass through slots. */
public final class BenchStreaming {
  private final LayerStream stream;
  private final LayerCacheStatistics before;

  private BenchStreaming(LayerStream stream) {
    this.stream = stream;
    this.before = stream.statistics();
  }

  /** Counts from now on; null where all layers are in memory. */
  static @Nullable BenchStreaming begin(LoadedModel loaded) {
    LayerStream stream = loaded.stream();
    return stream == null ? null : new BenchStreaming(stream);
  }

  /** Adds the figures to a report. */
  void report(ObjectNode node) {
    LayerCacheStatistics s = stream.statistics().since(before);
    Footprint plan = stream.plan();
    node.put("planned_bytes", plan.total())
        .put("layer_slots", plan.slots())
        .put("layer_slot_bytes", plan.slotBytes())
        .put("layers_pinned", stream.slots().cache().pinnedLayers())
        .put("layer_hits", s.hits())
        .put("layer_prefetch_hits", s.prefetchHits())
        .put("layer_late", s.late())
        .put("layer_misses", s.misses())
        .put("layer_evictions", s.evictions())
        .put("layer_hit_rate", Math.round(1000 * s.hitRate()) / 1000.0)
        .put("layer_bytes_read", s.bytesRead())
        .put("layer_stall_ms", s.stallNanos() / 1_000_000)
        .put("layer_read_gb_per_s", Math.round(stream.bytesPerSecond() / 1e7) / 100.0);
  }
}
