package io.wasmchord.web.simd;

import io.wasmchord.web.memory.LinearMemory;

/**
 * A range of linear memory that a command reads or writes.
 *
 * @param start unsigned address
 * @param bytes its length
 */
record Region(long start, long bytes) {
  static Region of(LinearMemory memory) {
    return new Region(memory.address() & 0xFFFFFFFFL, memory.size());
  }

  static Region of(SimdTensor tensor) {
    return of(tensor.data());
  }

  Region part(long offset, long length) {
    return new Region(start + offset, length);
  }

  int address() {
    return (int) start;
  }

  boolean overlaps(Region other) {
    return start < other.start + other.bytes && other.start < start + bytes;
  }
}
