package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.host.Parallel;
import io.wasmchord.jvm.NativeMemory;
import io.wasmchord.quant.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What backends do after their end, and after a failure in the middle. */
class BackendEndTest {
  private static final int COLS = 256;
  private static final int ROWS = 32;

  /** Native memory that can run out. */
  private static final class Scarce implements MemoryAllocator {
    private final MemoryAllocator inner = NativeMemory.allocator();
    private int left = Integer.MAX_VALUE;

    @Override
    public Memory allocate(long bytes) {
      if (left-- == 0) {
        throw new OutOfMemoryException("there is none left");
      }
      return inner.allocate(bytes);
    }

    @Override
    public void release(Memory memory) {
      inner.release(memory);
    }

    @Override
    public long allocatedBytes() {
      return inner.allocatedBytes();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  private static VectorBackend vectors(MemoryAllocator allocator) {
    return new VectorBackend(allocator, NativeMemory::address, VectorBackend.Weights.REPACKED, 2);
  }

  private static Tensor filled(ComputeBackend backend, int rows, int seed) {
    Tensor tensor = backend.allocate(TensorType.F32, rows, COLS);
    HeapMemory bytes = HeapMemory.ofSize(4 * rows * COLS);
    for (int i = 0; i < rows * COLS; i++) {
      bytes.putFloat(4L * i, (i * 7 + seed) % 13 - 6);
    }
    backend.write(tensor, 0, bytes);
    return tensor;
  }

  @Test
  void aClosedBackendThrowsATypedError() {
    for (ComputeBackend backend :
        List.of(
            vectors(NativeMemory.allocator()),
            new ScalarBackend(NativeMemory.allocator(), Parallel.SINGLE))) {
      Tensor x = filled(backend, 1, 1);
      Commands commands = backend.record().add(x, x);
      backend.submit(commands).await();
      KvSpec spec = new KvSpec(1, 8, 1, 8, 8, KvType.F32);
      backend.close();
      backend.close();
      assertThrows(ClosedException.class, () -> backend.submit(commands));
      assertThrows(ClosedException.class, () -> backend.write(x, 0, HeapMemory.ofSize(4)));
      assertThrows(ClosedException.class, () -> filled(backend, 1, 1));
      assertThrows(ClosedException.class, () -> backend.allocateKv(spec));
      assertThrows(
          ClosedException.class,
          () -> backend.bind(TensorType.F32, 1, 1, NativeMemory.allocator().allocate(4)));
    }
  }

  @Test
  void aTeamThatIsClosedDoesNotWaitForItsHelpers() {
    WorkerPool<Object> pool = new WorkerPool<>(3, Object::new, null);
    pool.close();
    pool.close();
    assertThrows(ClosedException.class, () -> pool.run(List.of()));
  }

  /** The first weight's copy is not made when there is no memory for the second's. */
  @Test
  void aWeightThatWasNotPackedIsPackedNextTime() {
    Scarce allocator = new Scarce();
    try (VectorBackend backend = vectors(allocator)) {
      Tensor x = filled(backend, 1, 3);
      Tensor first = filled(backend, ROWS, 5);
      Tensor second = filled(backend, ROWS, 8);
      Tensor out = backend.allocate(TensorType.F32, 1, ROWS);
      float[] results = new float[2 * ROWS];
      Commands commands = backend.record();
      commands.matmul(x, first, out).readBack(out, results, 0);
      commands.matmul(x, second, out).readBack(out, results, ROWS);
      allocator.left = 1;
      long before = allocator.allocatedBytes();
      assertThrows(OutOfMemoryException.class, () -> backend.submit(commands));
      assertEquals(before, allocator.allocatedBytes());
      allocator.left = Integer.MAX_VALUE;
      backend.submit(commands).await();
      float[] expected = new float[2 * ROWS];
      for (int i = 0; i < expected.length; i++) {
        int seed = i < ROWS ? 5 : 8;
        for (int c = 0; c < COLS; c++) {
          int at = i % ROWS * COLS + c;
          expected[i] += ((c * 7 + 3) % 13 - 6) * ((at * 7 + seed) % 13 - 6);
        }
      }
      assertArrayEquals(expected, results, 0f);
    }
  }
}
