package io.wasmchord.web.gpu;

import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.memory.LinearMemory;
import org.jspecify.annotations.Nullable;

/**
 * The one buffer of all activations. It grows by moving to a larger one; nobody keeps its number.
 */
final class Arena implements Bank {
  private static final long PAGE = 65536;
  private static final long FIRST = 1 << 20;

  private final GpuDevice device;
  private long used = 256; // offset 0 means "none" to kernels
  private long capacity = FIRST;
  private int buffer;

  Arena(GpuDevice device) {
    this.device = device;
    this.buffer = device.create(FIRST);
  }

  /** The buffer's number now. */
  int buffer() {
    return buffer;
  }

  /** Its bytes. */
  long capacity() {
    return capacity;
  }

  @Override
  public long base() {
    return 256;
  }

  @Override
  public int grow(int pages) {
    long wanted = used + pages * PAGE;
    long limit = Math.min(device.bufferLimit(), device.bindingLimit()) / 4 * 4;
    if (wanted > limit) {
      return -1;
    }
    if (wanted > capacity) {
      long larger = Math.min(limit, Math.max(wanted, 2 * capacity));
      int next = device.create(larger);
      device.copy(buffer, 0, next, 0, capacity);
      device.destroy(buffer);
      buffer = next;
      capacity = larger;
    }
    used = wanted;
    return 0;
  }

  @Override
  public void clear(int address, long bytes) {
    device.clear(buffer, address & 0xFFFFFFFFL, bytes);
  }

  @Override
  public LinearMemory region(int address, long bytes) {
    return new GpuMemory(GpuMemory.ARENA, address & 0xFFFFFFFFL, bytes);
  }

  /** The region that {@code memory} is of. */
  static GpuMemory of(@Nullable LinearMemory memory) {
    if (memory instanceof GpuMemory own) {
      return own;
    }
    throw new OutOfMemoryException("no region of the GPU's memory");
  }

  void close() {
    device.destroy(buffer);
  }
}
