package io.wasmchord.web;

import io.wasmchord.json.JsonObject;
import io.wasmchord.weights.LayerCache;
import io.wasmchord.weights.LayerCacheStatistics;

/** Counts and times as JSON. */
final class Figures {
  private Figures() {}

  static JsonObject of(LayerCache layers) {
    LayerCacheStatistics s = layers.statistics();
    return JsonObject.builder()
        .put("slots", layers.slots())
        .put("pinned", layers.pinnedLayers())
        .put("hits", s.hits())
        .put("prefetchHits", s.prefetchHits())
        .put("late", s.late())
        .put("misses", s.misses())
        .put("evictions", s.evictions())
        .put("bytesRead", s.bytesRead())
        .put("stallMs", s.stallNanos() / 1e6)
        .build();
  }
}
