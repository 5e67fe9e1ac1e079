package io.wasmchord.web.simd;

import io.wasmchord.web.kernels.attention.AttentionCode;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;

/** Every thread's own memory, as large as the most demanding command so far. */
final class KernelScratch {
  private static final int LEAST = 16384;

  private final LinearAllocator allocator;
  private final ControlArea control;
  private final int threads;
  private LinearMemory memory;
  private int each = LEAST;

  KernelScratch(LinearAllocator allocator, ControlArea control, int threads) {
    this.allocator = allocator;
    this.control = control;
    this.threads = threads;
    this.memory = allocator.allocate((long) LEAST * threads);
    publish();
  }

  /** Bytes that each thread has where the most demanding command takes {@code bytes}. */
  static long each(long bytes) {
    return bytes > LEAST ? (bytes + 4095) / 4096 * 4096 : LEAST;
  }

  /** Bytes that attention over so many places takes. */
  static int attention(int capacity) {
    return AttentionCode.AT_ONCE * 4 * (capacity + AttentionCode.RUN);
  }

  /** Makes sure that each thread has {@code bytes}; only while no list runs. */
  void require(int bytes) {
    if (bytes > each) {
      allocator.release(memory);
      each = (int) each(bytes);
      memory = allocator.allocate((long) each * threads);
      publish();
    }
  }

  private void publish() {
    control.scratch(Region.of(memory), each);
  }
}
