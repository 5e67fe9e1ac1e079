package io.wasmchord.web.simd;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvLayout;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.attention.AttentionCode;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;

/**
 * Keys and values by layer, laid out as {@link AttentionCode} says, and rows and states by layer.
 */
record SimdKvCache(
    KvSpec spec, LinearMemory keys, LinearMemory values, LinearMemory rows, LinearMemory states)
    implements KvCache {
  /** Keys in strips of the positions that a vector has lanes for; see {@link AttentionCode}. */
  static final KvLayout LAYOUT = new KvLayout(4, true);

  static SimdKvCache of(KvCache cache) {
    if (cache instanceof SimdKvCache simd) {
      return simd;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  @Override
  public SimdTensor rows(int layer) {
    return new SimdTensor(
        TensorType.F32,
        spec.capacity(layer),
        spec.requireWidth(layer),
        rows.slice(spec.bytesBefore(Part.ROWS, layer), spec.bytes(Part.ROWS, layer)));
  }

  @Override
  public SimdTensor states(int layer) {
    return new SimdTensor(
        TensorType.F32,
        spec.states(),
        spec.requireState(layer),
        states.slice(spec.bytesBefore(Part.STATES, layer), spec.bytes(Part.STATES, layer)));
  }

  /** The memory of a layer's part. */
  LinearMemory part(Part part, int layer) {
    LinearMemory all =
        switch (part) {
          case KEYS -> keys;
          case VALUES -> values;
          case ROWS -> rows;
          case STATES -> states;
        };
    return all.slice(spec.bytesBefore(part, layer), spec.bytes(part, layer));
  }

  Region keys(int layer) {
    return part(keys, Part.KEYS, layer);
  }

  Region values(int layer) {
    return part(values, Part.VALUES, layer);
  }

  private Region part(LinearMemory memory, Part part, int layer) {
    return Region.of(memory).part(spec.bytesBefore(part, layer), spec.bytes(part, layer));
  }
}
