package io.wasmchord.jvm.vector;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Makes caches, reads and writes them.
 *
 * @param allocator of native memory
 * @param addresses the address of a region of native memory
 * @param binder makes the tensors of rows and states
 */
record VectorCaches(MemoryAllocator allocator, ToLongFunction<ByteView> addresses, Binder binder) {
  /** Makes a tensor of data. */
  interface Binder {
    Tensor bind(TensorType type, int rows, int cols, ByteView data);
  }

  KvCache allocate(KvSpec spec) {
    Memory keys = allocator.allocate(VectorKvCache.keyBytes(spec));
    Memory values = allocator.allocate(VectorKvCache.valueBytes(spec));
    return new VectorKvCache(
        spec,
        keys,
        values,
        addresses.applyAsLong(keys),
        addresses.applyAsLong(values),
        tensors(spec, KvSpec.Part.ROWS),
        tensors(spec, KvSpec.Part.STATES));
  }

  private VectorKvCache.Tensors tensors(KvSpec spec, KvSpec.Part part) {
    Memory memory = allocator.allocate(spec.bytes(part));
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < spec.layers().size(); i++) {
      KvSpec.Layer layer = spec.layer(i);
      boolean rows = part == KvSpec.Part.ROWS;
      Memory data = memory.slice(spec.bytesBefore(part, i), spec.bytes(part, i));
      tensors.add(
          binder.bind(
              TensorType.F32,
              rows ? layer.capacity() : spec.states(),
              rows ? layer.width() : layer.state(),
              data));
    }
    return new VectorKvCache.Tensors(memory, List.copyOf(tensors));
  }

  void release(KvCache cache) {
    VectorKvCache vector = VectorKvCache.of(cache);
    allocator.release(vector.keys());
    allocator.release(vector.values());
    allocator.release(vector.rows().memory());
    allocator.release(vector.states().memory());
  }

  static void read(KvCache cache, KvPiece piece, byte[] to) {
    VectorKvCache own = VectorKvCache.of(cache);
    VectorKvCache.LAYOUT.read(own.spec(), piece, own.part(piece.part(), piece.layer()), to);
  }

  static void write(KvCache cache, KvPiece piece, byte[] from) {
    VectorKvCache own = VectorKvCache.of(cache);
    VectorKvCache.LAYOUT.write(own.spec(), piece, own.part(piece.part(), piece.layer()), from);
  }

  static void copy(KvCache from, KvCache to, KvPiece piece) {
    VectorKvCache one = VectorKvCache.of(from);
    VectorKvCache other = VectorKvCache.of(to);
    VectorKvCache.LAYOUT.copy(
        one.spec(),
        one.part(piece.part(), piece.layer()),
        other.spec(),
        other.part(piece.part(), piece.layer()),
        piece);
  }
}
