package io.wasmchord.backend.scalar;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvLayout;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.bytes.Memory;
import io.wasmchord.quant.TensorType;

/**
 * Keys, then values, each as [layer][place][kv head][dimension], stored as the type says; rows as
 * [layer][place][value]; states as [layer][copy][value].
 */
record ScalarKvCache(KvSpec spec, Memory keys, Memory values, Memory rows, Memory states)
    implements KvCache {
  static final KvLayout LAYOUT = new KvLayout(1, false);

  static ScalarKvCache of(KvCache cache) {
    if (cache instanceof ScalarKvCache scalar) {
      return scalar;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  @Override
  public ScalarTensor rows(int layer) {
    return new ScalarTensor(
        TensorType.F32,
        spec.capacity(layer),
        spec.requireWidth(layer),
        part(rows, Part.ROWS, layer));
  }

  @Override
  public ScalarTensor states(int layer) {
    return new ScalarTensor(
        TensorType.F32, spec.states(), spec.requireState(layer), part(states, Part.STATES, layer));
  }

  /** The memory of a layer's part. */
  Memory part(Part part, int layer) {
    return part(
        switch (part) {
          case KEYS -> keys;
          case VALUES -> values;
          case ROWS -> rows;
          case STATES -> states;
        },
        part,
        layer);
  }

  private Memory part(Memory all, Part part, int layer) {
    return all.slice(spec.bytesBefore(part, layer), spec.bytes(part, layer));
  }

  Layer layer(int layer) {
    return new Layer(
        spec.heads(layer),
        spec.capacity(layer),
        spec.bytesBefore(Part.KEYS, layer),
        spec.bytesBefore(Part.VALUES, layer),
        spec.keyBytes(layer),
        spec.valueBytes(layer));
  }

  /**
   * One layer's keys and values.
   *
   * @param capacity cells
   * @param keys offset of the first
   * @param values offset of the first
   * @param keyBytes of one key
   * @param valueBytes of one value
   */
  record Layer(
      KvSpec.Heads heads, int capacity, long keys, long values, long keyBytes, long valueBytes) {
    long keyOffset(int position, int kvHead) {
      return keys + keyBytes * row(position, kvHead);
    }

    long valueOffset(int position, int kvHead) {
      return values + valueBytes * row(position, kvHead);
    }

    private long row(int position, int kvHead) {
      return (long) (position % capacity) * heads.count() + kvHead;
    }
  }
}
