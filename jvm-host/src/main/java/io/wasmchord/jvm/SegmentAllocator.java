package io.wasmchord.jvm;

import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.bytes.OutOfMemoryException;
import java.lang.foreign.Arena;
import java.util.IdentityHashMap;

/** Native memory that is freed when it is released or the allocator is closed. */
public final class SegmentAllocator implements MemoryAllocator {
  private static final long ALIGNMENT = 64;

  private final IdentityHashMap<Memory, Arena> arenas = new IdentityHashMap<>();
  private long allocated;

  @Override
  public Memory allocate(long bytes) {
    Arena arena = Arena.ofShared();
    try {
      Memory memory = new SegmentMemory(arena.allocate(bytes, ALIGNMENT));
      arenas.put(memory, arena);
      allocated += bytes;
      return memory;
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      arena.close();
      throw new OutOfMemoryException(
          "the system grants no "
              + bytes
              + " bytes; choose a smaller model or a shorter context ("
              + e.getMessage()
              + ")");
    }
  }

  @Override
  public void release(Memory memory) {
    Arena arena = arenas.remove(memory);
    if (arena != null) {
      allocated -= memory.size();
      arena.close();
    }
  }

  @Override
  public long allocatedBytes() {
    return allocated;
  }

  @Override
  public void close() {
    arenas.values().forEach(Arena::close);
    arenas.clear();
  }
}
