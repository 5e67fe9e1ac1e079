package io.wasmchord.web.simd;

import io.wasmchord.web.kernels.ControlLayout;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;

/**
 * What the threads share besides commands, as {@link ControlLayout} lays it out.
 *
 * @param memory {@link ControlLayout#BYTES} of zeros at first
 */
public record ControlArea(LinearMemory memory) {
  /** Its address, as an unsigned 32-bit number. */
  public int address() {
    return memory.address();
  }

  /** Says how many threads walk the next list. */
  void threads(int count) {
    memory.putInt(ControlLayout.THREADS, count);
  }

  /** Says how far commands are from each other where so many threads may walk a list. */
  void stride(int most) {
    memory.putInt(ControlLayout.STRIDE, CommandLayout.stride(most));
  }

  /** Says where thread 0's scratch lies, and how many bytes each thread has. */
  void scratch(Region first, int bytes) {
    memory.putInt(ControlLayout.SCRATCH, first.address());
    memory.putInt(ControlLayout.SCRATCH_BYTES, bytes);
  }
}
