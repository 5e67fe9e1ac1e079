package io.wasmchord.bytes;

import io.wasmchord.errors.OutOfMemoryException;

/**
 * Where a backend's tensors and caches live. The host decides: Java arrays, native memory, a
 * browser's linear memory.
 */
public interface MemoryAllocator extends AutoCloseable {
  /**
   * A zero-filled region of {@code bytes} bytes, 64-byte aligned where the host has addresses, that
   * lives until it is released or this allocator is closed.
   *
   * @throws OutOfMemoryException when the host cannot give that much
   */
  Memory allocate(long bytes);

  /** Gives back a region of {@link #allocate}, which nobody may use from now on. */
  void release(Memory memory);

  /** Bytes handed out and not given back. */
  long allocatedBytes();

  @Override
  void close();
}
