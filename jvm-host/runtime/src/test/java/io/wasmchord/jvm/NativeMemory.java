package io.wasmchord.jvm;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.MemoryAllocator;

/** Native memory for tests of other packages. */
public final class NativeMemory {
  private NativeMemory() {}

  public static MemoryAllocator allocator() {
    return new SegmentAllocator();
  }

  public static long address(ByteView view) {
    return SegmentMemory.address(view);
  }
}
