package io.wasmchord.web;

import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.bytes.OutOfMemoryException;
import org.teavm.interop.Address;
import org.teavm.interop.Import;

/** Hands out linear memory from {@link #BASE} upwards, growing it as needed. What is released must be the latest. */
public final class LinearAllocator implements MemoryAllocator {
  /** TeaVM's own static data lie below; the worker creates the memory at least this large. */
  private static final long BASE = 1 << 20;

  private static final long PAGE = 65536;
  private static final int ALIGNMENT = 64;

  private long end = BASE;
  private long capacity = BASE;

  @Import(module = "chord", name = "grow")
  private static native int grow(int pages);

  @Override
  public LinearMemory allocate(long bytes) {
    long start = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes < 0 || bytes > (1L << 32) - start) {
      throw outOfMemory(bytes);
    }
    if (start + bytes > capacity) {
      long pages = (start + bytes - capacity + PAGE - 1) / PAGE;
      if (grow((int) pages) < 0) {
        throw outOfMemory(bytes);
      }
      capacity += pages * PAGE;
    }
    end = start + bytes;
    clear((int) start, bytes);
    return new LinearMemory((int) start, bytes);
  }

  private static void clear(int address, long bytes) {
    Address at = Address.fromInt(address);
    int i = 0;
    for (; i + 8 <= bytes; i += 8) {
      at.add(i).putLong(0);
    }
    for (; i < bytes; i++) {
      at.add(i).putByte((byte) 0);
    }
  }

  private OutOfMemoryException outOfMemory(long bytes) {
    return new OutOfMemoryException(
        "the browser grants no " + bytes + " bytes more than the " + end
            + " in use; choose a smaller model or a shorter context, or close other tabs");
  }

  /** Releases {@code memory} and everything that was allocated after it. */
  void release(Memory memory) {
    if (memory instanceof LinearMemory linear) {
      end = linear.address() & 0xFFFFFFFFL;
    }
  }

  @Override
  public long allocatedBytes() {
    return end - BASE;
  }

  @Override
  public void close() {
    end = BASE;
  }
}
