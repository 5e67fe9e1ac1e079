package io.wasmchord.backend.scalar;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.bytes.Memory;

/** Keys, then values, each as [layer][position][kv head][dimension], stored as the type says. */
record ScalarKvCache(KvSpec spec, Memory keys, Memory values) implements KvCache {
  static ScalarKvCache of(KvCache cache) {
    if (cache instanceof ScalarKvCache scalar) {
      return scalar;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  /** Heads of all layers and positions. */
  static long rows(KvSpec spec) {
    return (long) spec.layers() * spec.positions() * spec.kvHeads();
  }

  long keyOffset(int layer, int position, int kvHead) {
    return spec.keyBytes() * row(layer, position, kvHead);
  }

  long valueOffset(int layer, int position, int kvHead) {
    return spec.valueBytes() * row(layer, position, kvHead);
  }

  private long row(int layer, int position, int kvHead) {
    return (((long) layer * spec.positions()) + position) * spec.kvHeads() + kvHead;
  }
}
