package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.Memory;
import io.wasmchord.conformance.ConformanceCase;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.conformance.Rig;
import io.wasmchord.host.Parallel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native memory, mapped files and threads. */
class HostTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void nativeMemoryAndThreadsGiveTheSameBits(int threads) {
    try (ThreadParallel parallel = new ThreadParallel(threads)) {
      for (ConformanceCase c : ConformanceSuite.cases()) {
        try (ScalarBackend expected = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
            HeapAllocator heap = new HeapAllocator();
            ScalarBackend actual = new ScalarBackend(new SegmentAllocator(), parallel);
            SegmentAllocator weights = new SegmentAllocator()) {
          assertArrayEquals(
              c.body().run(new Rig(expected, heap)),
              c.body().run(new Rig(actual, weights)),
              0f,
              c.name());
        }
      }
    }
  }

  @Test
  void everyIndexRunsOnceAndErrorsComeThrough() {
    try (ThreadParallel parallel = new ThreadParallel(3)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(1000);
      parallel.forRange(
          1000,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              runs.incrementAndGet(i);
            }
          });
      for (int i = 0; i < 1000; i++) {
        assertEquals(1, runs.get(i));
      }
      assertThrows(
          IllegalArgumentException.class,
          () ->
              parallel.forRange(
                  100,
                  (from, to) -> {
                    throw new IllegalArgumentException("x");
                  }));
    }
  }

  /** The memory that they work on may be given back as soon as the caller goes on. */
  @Test
  void nobodyIsAtWorkWhenAnErrorComesThrough() {
    try (ThreadParallel parallel = new ThreadParallel(3)) {
      Thread caller = Thread.currentThread();
      for (int i = 0; i < 20; i++) {
        CyclicBarrier all = new CyclicBarrier(3);
        AtomicBoolean thrown = new AtomicBoolean();
        AtomicBoolean returned = new AtomicBoolean();
        AtomicInteger ended = new AtomicInteger();
        Parallel.Range range =
            (from, to) -> {
              meet(all);
              if (Thread.currentThread() != caller) {
                if (thrown.compareAndSet(false, true)) {
                  throw new IllegalArgumentException("x");
                }
                Tasks.until(() -> returned.get() || caller.getState() == Thread.State.WAITING);
              }
              ended.incrementAndGet();
            };
        assertThrows(IllegalArgumentException.class, () -> parallel.forRange(3, range));
        int then = ended.get();
        returned.set(true);
        assertEquals(2, then);
      }
    }
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void memoryChecksItsBounds() {
    try (SegmentAllocator allocator = new SegmentAllocator()) {
      Memory memory = allocator.allocate(16);
      memory.putInt(12, 0x01020304);
      assertEquals(0x01020304, memory.getInt(12));
      assertEquals(0x0304, memory.getShort(12));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.getInt(13));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(-1));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.slice(8, 9));
    }
  }

  @Test
  void filesBeyondFourGigabytesAreMapped() throws IOException {
    Path file = folder.resolve("large");
    long size = (5L << 30) + 7;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), size - 4);
    }
    try (MappedWeights weights = MappedWeights.open(file)) {
      assertEquals(size, weights.size());
      assertEquals(0x04030201, weights.view(size - 8, 8).getInt(4));
    }
  }

  @Test
  void whatIsNoFileIsNamed() {
    assertThrows(FileException.class, () -> MappedWeights.open(folder));
    assertThrows(FileException.class, () -> MappedWeights.open(folder.resolve("absent")));
  }
}
