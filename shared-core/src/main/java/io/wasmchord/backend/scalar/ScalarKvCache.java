package io.wasmchord.backend.scalar;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.bytes.Memory;

/** Keys, then values, each as float32 [layer][position][kv head][dimension]. */
record ScalarKvCache(KvSpec spec, Memory keys, Memory values) implements KvCache {
  static ScalarKvCache of(KvCache cache) {
    if (cache instanceof ScalarKvCache scalar) {
      return scalar;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  long keyOffset(int layer, int position, int kvHead) {
    return 4L * ((((long) layer * spec.positions()) + position) * spec.kvHeads() + kvHead) * spec.keyDim();
  }

  long valueOffset(int layer, int position, int kvHead) {
    return 4L * ((((long) layer * spec.positions()) + position) * spec.kvHeads() + kvHead) * spec.valueDim();
  }
}
