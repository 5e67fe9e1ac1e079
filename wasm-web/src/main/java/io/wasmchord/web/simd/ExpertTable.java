package io.wasmchord.web.simd;

import io.wasmchord.backend.Expert;
import io.wasmchord.backend.ExpertMatrix;
import io.wasmchord.web.kernels.experts.ExpertLayout;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.List;

/**
 * Where a layer's experts lie, for kernels that learn their numbers while a list runs, and which of
 * them are interleaved. It lives as long as the first expert's first matrix.
 */
final class ExpertTable {
  private final List<Expert> experts;
  private final LinearMemory memory;
  private final long flags; // bytes

  private ExpertTable(List<Expert> experts, LinearMemory memory) {
    this.experts = experts;
    this.memory = memory;
    this.flags = flagBytes(experts.size());
  }

  private static long flagBytes(long experts) {
    return ExpertLayout.FIRST_FLAG + 4 * experts;
  }

  /** Bytes of the table of so many experts. */
  static long bytes(long experts) {
    return flagBytes(experts) + ExpertMatrix.values().length * ExpertLayout.MATRIX * experts;
  }

  /** The table of these experts, which is made when it is first asked for. */
  static ExpertTable of(List<Expert> experts, LinearAllocator allocator) {
    SimdTensor first = SimdTensor.of(experts.getFirst().first());
    ExpertTable known = first.experts();
    if (known == null) {
      known = new ExpertTable(experts, allocator.allocate(bytes(experts.size())));
      known.fill(allocator);
      first.experts(known);
    } else if (!known.experts.equals(experts)) {
      throw new IllegalArgumentException("an expert of two mixtures");
    }
    return known;
  }

  private void fill(LinearAllocator allocator) {
    memory.putInt(0, experts.size());
    for (int e = 0; e < experts.size(); e++) {
      memory.putInt(ExpertLayout.FIRST_FLAG + 4L * e, 0);
      for (ExpertMatrix m : ExpertMatrix.all(experts.get(e))) {
        SimdTensor weight = SimdTensor.of(m.of(experts.get(e)));
        SimdTensor.Interleaved state = SimdTensor.Interleaved.byExperts(weight, allocator);
        long at = offset(m) + (long) e * ExpertLayout.MATRIX;
        memory.putInt(at, weight.region().address());
        memory.putInt(at + ExpertLayout.TAIL, state.tail(weight).address());
      }
    }
  }

  private long offset(ExpertMatrix m) {
    return flags + m.ordinal() * (long) ExpertLayout.MATRIX * experts.size();
  }

  /** The memory, to be given back. */
  LinearMemory memory() {
    return memory;
  }

  Region flags() {
    return Region.of(memory).part(0, flags);
  }

  Region matrices(ExpertMatrix m) {
    return Region.of(memory).part(offset(m), (long) ExpertLayout.MATRIX * experts.size());
  }

  /** Whether no expert is left to be interleaved; asked between two lists. */
  boolean interleaved() {
    return memory.getInt(0) == 0;
  }
}
