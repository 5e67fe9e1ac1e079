package io.wasmchord.jvm;

import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Native memory that is freed when it is released or the allocator is closed. It comes from C's
 * {@code calloc}, whose pages the system fills with zeros when a thread first touches them; an
 * arena's allocation would touch them all at once, on one thread. Threads may allocate and release
 * at the same time.
 */
@SuppressWarnings("restricted")
public final class SegmentAllocator implements MemoryAllocator {
  private static final long ALIGNMENT = 64;
  private static final long HUGE_PAGE = 2 << 20;
  private static final int MADV_HUGEPAGE = 14; // Linux

  private final IdentityHashMap<Memory, MemorySegment> blocks =
      new IdentityHashMap<>(); // this and below: guarded by this
  private long allocated;
  private boolean closed;

  /** C's functions; touched only once it is known that the JVM lets them be called. */
  private static final class C {
    private static final MethodHandle CALLOC =
        function(
            "calloc",
            FunctionDescriptor.of(
                ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final @Nullable MethodHandle MADVISE = madvise();
    private static final MethodHandle FREE =
        function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private static MethodHandle function(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    private static @Nullable MethodHandle madvise() {
      if (!System.getProperty("os.name").equals("Linux")) {
        return null;
      }
      Linker linker = Linker.nativeLinker();
      FunctionDescriptor type =
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT);
      return linker
          .defaultLookup()
          .find("madvise")
          .map(address -> linker.downcallHandle(address, type))
          .orElse(null);
    }
  }

  /**
   * Allocates nothing yet.
   *
   * @throws InvalidRequestException when the JVM was started so that native memory is denied
   */
  public SegmentAllocator() {
    try {
      MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException e) {
      throw new InvalidRequestException(
          "the JVM denies native memory, where models compute ("
              + e.getMessage()
              + "); start it with --enable-native-access=ALL-UNNAMED");
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws ClosedException when the allocator is closed
   */
  @Override
  public synchronized SegmentMemory allocate(long bytes) {
    if (closed) {
      throw ClosedException.model();
    }
    long alignment = bytes < 2 * HUGE_PAGE ? ALIGNMENT : HUGE_PAGE; // addresses cost nothing
    MemorySegment block = calloc(bytes, alignment);
    if (block.address() == 0) {
      throw new OutOfMemoryException(
          "the system grants no "
              + bytes
              + " bytes; choose a smaller model or a shorter context, or read weights from the mapped"
              + " file (--weights mapped)");
    }
    long start = (block.address() + alignment - 1) / alignment * alignment;
    preferHugePages(start, bytes);
    SegmentMemory memory = new SegmentMemory(MemorySegment.ofAddress(start).reinterpret(bytes));
    blocks.put(memory, block);
    allocated += bytes;
    return memory;
  }

  private static MemorySegment calloc(long bytes, long more) {
    if (bytes < 0 || bytes > Long.MAX_VALUE - more) {
      return MemorySegment.NULL;
    }
    try {
      return (MemorySegment) C.CALLOC.invokeExact(bytes + more, 1L);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // calloc throws nothing
    }
  }

  /** Large blocks are read from end to end: pages of 2 MiB save the processor most of its walks. */
  private static void preferHugePages(long start, long bytes) {
    if (C.MADVISE == null || bytes < 2 * HUGE_PAGE) {
      return;
    }
    try {
      int ignored =
          (int)
              C.MADVISE.invokeExact(start, bytes / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE); // advice
    } catch (Throwable e) {
      throw new IllegalStateException(e); // it throws nothing
    }
  }

  private static void free(MemorySegment block) {
    try {
      C.FREE.invokeExact(block);
    } catch (Throwable e) {
      throw new IllegalStateException(e); // nor does free
    }
  }

  @Override
  public synchronized void release(Memory memory) {
    MemorySegment block = blocks.remove(memory);
    if (block != null) {
      allocated -= memory.size();
      free(block);
    }
  }

  @Override
  public synchronized long allocatedBytes() {
    return allocated;
  }

  @Override
  public synchronized void close() {
    closed = true;
    blocks.values().forEach(SegmentAllocator::free);
    blocks.clear();
    allocated = 0;
  }
}
