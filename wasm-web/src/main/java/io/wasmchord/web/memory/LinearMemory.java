package io.wasmchord.web.memory;

import io.wasmchord.bytes.Memory;

/**
 * A region of a memory that is handed out by {@link LinearAllocator}: the engine's own, a further
 * one that holds layers, or one of another device, whose bytes cannot be looked at.
 */
public abstract class LinearMemory implements Memory {
  private final int address; // unsigned
  private final long size;

  protected LinearMemory(int address, long size) {
    this.address = address;
    this.size = size;
  }

  /** The region's first byte in its memory, as an unsigned 32-bit address. */
  public final int address() {
    return address;
  }

  @Override
  public final long size() {
    return size;
  }

  @Override
  public abstract LinearMemory slice(long offset, long length);
}
