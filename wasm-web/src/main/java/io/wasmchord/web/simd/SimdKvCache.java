package io.wasmchord.web.simd;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.attention.AttentionCode;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;

/** Keys and values by layer, laid out as {@link AttentionCode} says, and rows by layer. */
record SimdKvCache(KvSpec spec, LinearMemory keys, LinearMemory values, LinearMemory rows)
    implements KvCache {
  static SimdKvCache of(KvCache cache) {
    if (cache instanceof SimdKvCache simd) {
      return simd;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  /** Bytes of all keys. */
  static long keyBytes(KvSpec s) {
    return Math.multiplyExact(s.keyBytes() * s.kvHeads(), s.cells());
  }

  /** Bytes of all values. */
  static long valueBytes(KvSpec s) {
    return Math.multiplyExact(s.valueBytes() * s.kvHeads(), s.cells());
  }

  @Override
  public SimdTensor rows(int layer) {
    return new SimdTensor(
        TensorType.F32,
        spec.capacity(layer),
        spec.requireWidth(layer),
        rows.slice(spec.rowBytesBefore(layer), spec.bytes(layer)));
  }

  Region keys(int layer) {
    return part(keys, spec.keyBytes(), layer);
  }

  Region values(int layer) {
    return part(values, spec.valueBytes(), layer);
  }

  private Region part(LinearMemory memory, long each, int layer) {
    long place = each * spec.kvHeads();
    return Region.of(memory).part(spec.cellsBefore(layer) * place, spec.capacity(layer) * place);
  }
}
