package io.wasmchord.backend.scalar;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.bytes.Memory;
import io.wasmchord.quant.TensorType;

/**
 * Keys, then values, each as [layer][place][kv head][dimension], stored as the type says; rows as
 * [layer][place][value].
 */
record ScalarKvCache(KvSpec spec, Memory keys, Memory values, Memory rows) implements KvCache {
  static ScalarKvCache of(KvCache cache) {
    if (cache instanceof ScalarKvCache scalar) {
      return scalar;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  /** Heads of all layers and places. */
  static long heads(KvSpec spec) {
    return spec.cells() * spec.kvHeads();
  }

  @Override
  public ScalarTensor rows(int layer) {
    return new ScalarTensor(
        TensorType.F32,
        spec.capacity(layer),
        spec.requireWidth(layer),
        rows.slice(spec.rowBytesBefore(layer), spec.bytes(layer)));
  }

  Layer layer(int layer) {
    return new Layer(this, spec.cellsBefore(layer), spec.capacity(layer));
  }

  /**
   * One layer's keys and values.
   *
   * @param before places of the layers before
   * @param capacity cells of this one
   */
  record Layer(ScalarKvCache cache, long before, int capacity) {
    long keyOffset(int position, int kvHead) {
      return cache.spec.keyBytes() * row(position, kvHead);
    }

    long valueOffset(int position, int kvHead) {
      return cache.spec.valueBytes() * row(position, kvHead);
    }

    private long row(int position, int kvHead) {
      return (before + position % capacity) * cache.spec.kvHeads() + kvHead;
    }
  }
}
