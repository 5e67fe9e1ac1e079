package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.conformance.ConformanceSuite;
import io.wasmchord.host.Parallel;
import io.wasmchord.jvm.NativeMemory;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Products of any shapes and bytes: machine code, which trusts its addresses, writes what the
 * scalar backend writes and nothing beside it, and shapes that do not fit are refused before it is
 * called.
 */
class HostileShapesTest {
  private static final int LISTS = 100;
  private static final float SENTINEL = -3.5f;
  private static final List<TensorType> TYPES =
      ConformanceSuite.WEIGHT_TYPES.stream()
          .filter(type -> type.format() instanceof IntegerFormat)
          .toList();

  /** What one list computes: as many rows, columns and tokens, of rows of a larger batch. */
  private record Shape(TensorType type, int rows, int cols, int tokens, int first) {
    static Shape random(Random random) {
      TensorType type = TYPES.get(random.nextInt(TYPES.size()));
      int blocks = 1 + random.nextInt(type.format().values() == 32 ? 20 : 4);
      int rows = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1 + random.nextInt(90);
      return new Shape(
          type, rows, blocks * type.format().values(), 1 + random.nextInt(19), random.nextInt(3));
    }
  }

  @Test
  void shapesOfAnyKindGiveTheScalarBackendsBits() {
    Random random = new Random(11);
    for (int i = 0; i < LISTS; i++) {
      Shape shape = Shape.random(random);
      long seed = random.nextLong();
      float[] expected =
          run(new ScalarBackend(NativeMemory.allocator(), Parallel.SINGLE), shape, seed);
      int threads = 1 + random.nextInt(3);
      for (ComputeBackend backend :
          List.of(
              new MachineBackend(NativeMemory.allocator(), NativeMemory::address, threads, null),
              new VectorBackend(
                  NativeMemory.allocator(),
                  NativeMemory::address,
                  VectorBackend.Weights.REPACKED,
                  threads))) {
        assertArrayEquals(bits(expected), bits(run(backend, shape, seed)), shape::toString);
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  private static float[] run(ComputeBackend backend, Shape s, long seed) {
    Random random = new Random(seed);
    int batch = s.first + s.tokens + 1;
    try (backend;
        MemoryAllocator memory = NativeMemory.allocator()) {
      byte[] bytes = new byte[Math.toIntExact(s.rows * s.type.rowBytes(s.cols))];
      random.nextBytes(bytes);
      Memory stored = memory.allocate(bytes.length);
      stored.putBytes(0, bytes, 0, bytes.length);
      Tensor weight = backend.bind(s.type, s.rows, s.cols, stored);
      Tensor x = filled(backend, memory, values(batch * s.cols, random), s.cols);
      float[] sentinels = new float[batch * s.rows];
      Arrays.fill(sentinels, SENTINEL);
      Tensor out = filled(backend, memory, sentinels, s.rows);
      float[] results = new float[batch * s.rows];
      backend
          .submit(
              new Commands()
                  .matmul(x.rows(s.first, s.tokens), weight, out.rows(s.first, s.tokens))
                  .readBack(out, results, 0))
          .await();
      assertEquals(SENTINEL, results[results.length - 1]);
      return results;
    }
  }

  private static float[] values(int n, Random random) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] =
          switch (random.nextInt(60)) {
            case 0 -> 0f;
            case 1 -> 1e30f;
            case 2 -> Float.MIN_VALUE;
            default -> (float) random.nextGaussian();
          };
    }
    return values;
  }

  private static Tensor filled(
      ComputeBackend backend, MemoryAllocator memory, float[] values, int cols) {
    Tensor tensor = backend.allocate(TensorType.F32, values.length / cols, cols);
    Memory bytes = memory.allocate(4L * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, bytes);
    return tensor;
  }

  @Test
  void shapesThatDoNotFitAreRefusedWhereTheyAreRecorded() {
    try (ComputeBackend backend =
            new MachineBackend(NativeMemory.allocator(), NativeMemory::address, 1, null);
        MemoryAllocator memory = NativeMemory.allocator()) {
      Tensor weight =
          backend.bind(TensorType.Q8_0, 4, 64, memory.allocate(4 * TensorType.Q8_0.rowBytes(64)));
      Tensor x = backend.allocate(TensorType.F32, 2, 64);
      Tensor wide = backend.allocate(TensorType.F32, 2, 96);
      Tensor out = backend.allocate(TensorType.F32, 2, 4);
      Tensor narrow = backend.allocate(TensorType.F32, 2, 3);
      Tensor few = backend.allocate(TensorType.F32, 1, 4);
      Commands commands = new Commands();
      for (Runnable wrong :
          List.<Runnable>of(
              () -> commands.matmul(wide, weight, out),
              () -> commands.matmul(x, weight, narrow),
              () -> commands.matmul(x, weight, few),
              () -> commands.matmul(x, weight, x))) {
        assertThrows(IllegalArgumentException.class, wrong::run);
      }
      assertThrows(
          IllegalArgumentException.class,
          () -> backend.bind(TensorType.Q8_0, 5, 64, memory.allocate(64)));
    }
  }
}
