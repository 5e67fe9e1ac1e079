package io.wasmchord.web.simd;

import io.wasmchord.backend.Tensor;
import io.wasmchord.web.kernels.experts.ExpertLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the matrices of lists lie that are always the same, for the products of slots. Addresses
 * live as long as the first matrix.
 */
final class MatrixAddresses {
  private final LinearAllocator allocator;
  private final ProductEncoder products;
  private final IdentityHashMap<SimdTensor, LinearMemory> known = new IdentityHashMap<>();

  MatrixAddresses(LinearAllocator allocator, ProductEncoder products) {
    this.allocator = allocator;
    this.products = products;
  }

  /** Bytes of the addresses of {@code count} matrices. */
  static long bytes(int count) {
    return (long) ExpertLayout.MATRIX * count;
  }

  /** The addresses; matrices are interleaved when these are first asked for. */
  Region of(List<Tensor> matrices) {
    SimdTensor first = SimdTensor.of(matrices.getFirst());
    LinearMemory memory = known.get(first);
    if (memory == null) {
      memory = allocator.allocate(bytes(matrices.size()));
      for (int i = 0; i < matrices.size(); i++) {
        SimdTensor weight = SimdTensor.of(matrices.get(i));
        Region tail = products.interleave(weight).tail(weight);
        long at = (long) ExpertLayout.MATRIX * i;
        memory.putInt(at, weight.region().address());
        memory.putInt(at + ExpertLayout.TAIL, tail.address());
      }
      known.put(first, memory);
    }
    return Region.of(memory);
  }

  /** The memory of a released weight's addresses, or null. */
  @Nullable LinearMemory released(SimdTensor weight) {
    return known.remove(weight);
  }
}
