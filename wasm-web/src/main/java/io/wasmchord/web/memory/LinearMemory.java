package io.wasmchord.web.memory;

import io.wasmchord.bytes.Memory;

/** A region of a WebAssembly memory: the engine's own, or a further one that holds layers. */
public abstract class LinearMemory implements Memory {
  private final int address; // unsigned
  private final long size;

  LinearMemory(int address, long size) {
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
