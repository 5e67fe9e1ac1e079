package io.wasmchord.web.gpu;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.wgsl.attention.KvWords;
import java.util.List;

/**
 * What the layers keep: a buffer for each, with its keys, values, rows and states one after the
 * other.
 *
 * @param buffers their numbers; 0 of a layer that keeps nothing
 */
record GpuKvCache(KvSpec spec, List<Integer> buffers) implements KvCache {
  private static final long ALIGNMENT = 64;

  static GpuKvCache of(KvCache cache) {
    if (cache instanceof GpuKvCache gpu) {
      return gpu;
    }
    throw new IllegalArgumentException("a cache of another backend: " + cache.getClass().getName());
  }

  /** Bytes of a part of a layer, as it lies on the GPU. */
  static long bytes(KvSpec spec, Part part, int layer) {
    return switch (part) {
      case KEYS, VALUES -> 4 * KvWords.of(spec, layer).words(part);
      case ROWS, STATES -> spec.bytes(part, layer);
    };
  }

  /** Bytes of a layer's buffer. */
  static long bytes(KvSpec spec, int layer) {
    long bytes = 0;
    for (Part part : Part.values()) {
      bytes += aligned(bytes(spec, part, layer));
    }
    return bytes;
  }

  /** Bytes of all buffers. */
  static long bytes(KvSpec spec) {
    long bytes = 0;
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      bytes += bytes(spec, layer);
    }
    return bytes;
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** A part of a layer. */
  GpuMemory part(Part part, int layer) {
    long offset = 0;
    for (Part before : Part.values()) {
      if (before == part) {
        break;
      }
      offset += aligned(bytes(spec, before, layer));
    }
    return new GpuMemory(buffers.get(layer), offset, bytes(spec, part, layer));
  }

  /** What a kernel binds of a layer: all of it. */
  DispatchList.Window window(int layer) {
    return new DispatchList.Window(buffers.get(layer), 0, bytes(spec, layer));
  }

  @Override
  public GpuTensor rows(int layer) {
    return new GpuTensor(
        TensorType.F32, spec.capacity(layer), spec.requireWidth(layer), part(Part.ROWS, layer));
  }

  @Override
  public GpuTensor states(int layer) {
    return new GpuTensor(
        TensorType.F32, spec.states(), spec.requireState(layer), part(Part.STATES, layer));
  }
}
