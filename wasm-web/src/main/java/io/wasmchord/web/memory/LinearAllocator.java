package io.wasmchord.web.memory;

import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.OutOfMemoryException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Hands out regions of one WebAssembly memory, growing it as needed. */
public final class LinearAllocator implements MemoryAllocator {
  private static final long LIMIT = 1L << 32;
  private static final long PAGE = 65536;
  private static final int ALIGNMENT = 64;

  private final TreeMap<Long, Long> free = new TreeMap<>(); // start to length; none are neighbours
  private final Bank bank;
  private long top; // nothing from here on was ever handed out: it holds zeros
  private long capacity;
  private long allocated;

  /** Of the engine's own memory. */
  public LinearAllocator() {
    this(new Bank.Main());
  }

  public LinearAllocator(Bank bank) {
    this.bank = bank;
    this.top = bank.base();
    this.capacity = bank.base();
  }

  private static long rounded(long bytes) {
    return (Math.max(bytes, 1) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  @Override
  public LinearMemory allocate(long bytes) {
    if (bytes < 0 || bytes > LIMIT) {
      throw outOfMemory(bytes);
    }
    long length = rounded(bytes);
    Long start = reuse(length);
    if (start == null) {
      start = extend(length, bytes);
    }
    allocated += length;
    return bank.region((int) (long) start, bytes);
  }

  private @Nullable Long reuse(long length) {
    for (Map.Entry<Long, Long> hole : free.entrySet()) {
      if (hole.getValue() >= length) {
        return take(hole.getKey(), hole.getValue() - length, length);
      }
    }
    return null;
  }

  private long take(long start, long rest, long length) {
    free.remove(start);
    if (rest > 0) {
      free.put(start + length, rest);
    }
    bank.clear((int) start, length);
    return start;
  }

  private long extend(long length, long asked) {
    long start = top;
    if (length > LIMIT - start) {
      throw outOfMemory(asked);
    }
    if (start + length > capacity) {
      long pages = (start + length - capacity + PAGE - 1) / PAGE;
      if (bank.grow((int) pages) < 0) {
        throw outOfMemory(asked);
      }
      capacity += pages * PAGE;
    }
    top = start + length;
    return start;
  }

  private OutOfMemoryException outOfMemory(long bytes) {
    return new OutOfMemoryException(
        "the browser grants no "
            + bytes
            + " bytes more than the "
            + allocated
            + " in use; choose a smaller model or a shorter context, or close other tabs");
  }

  @Override
  public void release(Memory memory) {
    if (!(memory instanceof LinearMemory linear)) {
      throw new IllegalArgumentException("memory of another allocator");
    }
    long start = linear.address() & 0xFFFFFFFFL;
    long length = rounded(linear.size());
    allocated -= length;
    Map.Entry<Long, Long> before = free.lowerEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      free.remove(before.getKey());
      start = before.getKey();
      length += before.getValue();
    }
    Long after = free.remove(start + length);
    free.put(start, after == null ? length : length + after);
  }

  @Override
  public long allocatedBytes() {
    return allocated;
  }

  /** Takes everything back. */
  @Override
  public void close() {
    free.clear();
    if (top > bank.base()) {
      free.put(bank.base(), top - bank.base());
    }
    allocated = 0;
  }
}
