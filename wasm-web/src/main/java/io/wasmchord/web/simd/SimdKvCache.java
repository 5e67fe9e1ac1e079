package io.wasmchord.web.simd;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.web.LinearMemory;
import io.wasmchord.web.kernels.AttentionCode;

/**
 * Keys and values by layer, laid out as {@link AttentionCode} says.
 *
 * @param capacity positions, rounded up to whole runs
 */
record SimdKvCache(KvSpec spec, int capacity, LinearMemory keys, LinearMemory values)
    implements KvCache {
  static int capacity(KvSpec spec) {
    return (spec.positions() + AttentionCode.RUN - 1) / AttentionCode.RUN * AttentionCode.RUN;
  }

  static SimdKvCache of(KvCache cache) {
    if (cache instanceof SimdKvCache simd) {
      return simd;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  static long layerKeyBytes(KvSpec s) {
    return s.keyBytes() * s.kvHeads() * capacity(s);
  }

  static long layerValueBytes(KvSpec s) {
    return s.valueBytes() * s.kvHeads() * capacity(s);
  }

  Region keys(int layer) {
    return Region.of(keys).part(layer * layerKeyBytes(spec), layerKeyBytes(spec));
  }

  Region values(int layer) {
    return Region.of(values).part(layer * layerValueBytes(spec), layerValueBytes(spec));
  }
}
