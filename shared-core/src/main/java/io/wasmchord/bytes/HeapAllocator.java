package io.wasmchord.bytes;

import io.wasmchord.errors.OutOfMemoryException;

/** Allocates {@link HeapMemory}; the garbage collector frees it. */
public final class HeapAllocator implements MemoryAllocator {
  private long allocated;

  @Override
  public Memory allocate(long bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE - 16) {
      throw new OutOfMemoryException("a Java array cannot hold " + bytes + " bytes");
    }
    allocated += bytes;
    return HeapMemory.ofSize((int) bytes);
  }

  @Override
  public void release(Memory memory) {
    allocated -= memory.size();
  }

  @Override
  public long allocatedBytes() {
    return allocated;
  }

  @Override
  public void close() {}
}
