package io.wasmchord.jvm;

import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.bytes.OutOfMemoryException;
import java.lang.foreign.Arena;

/** Native memory that is freed when the allocator is closed. */
public final class SegmentAllocator implements MemoryAllocator {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private long allocated;

  @Override
  public Memory allocate(long bytes) {
    try {
      Memory memory = new SegmentMemory(arena.allocate(bytes, ALIGNMENT));
      allocated += bytes;
      return memory;
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      throw new OutOfMemoryException(
          "the system grants no " + bytes + " bytes; choose a smaller model or a shorter context (" + e.getMessage() + ")");
    }
  }

  @Override
  public long allocatedBytes() {
    return allocated;
  }

  @Override
  public void close() {
    arena.close();
  }
}
