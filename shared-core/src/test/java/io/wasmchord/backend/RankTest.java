package io.wasmchord.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The meaning of ArgMax and TopK: the front of a stable sort, with what is no number first. */
class RankTest {
  private final ComputeBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);

  private static float rank(float value) {
    return value == 0f ? 0f : value; // zeros of both signs are equal
  }

  private static int[] sorted(float[] row, int count, int k) {
    Comparator<Integer> descending =
        Comparator.comparing(i -> rank(row[i]), (a, b) -> Float.compare(b, a));
    return IntStream.range(0, count)
        .boxed()
        .sorted(descending)
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static float[] row(Random random, int n) {
    float[] few = {
      -0f, 0f, 1f, -1f, Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 1e-45f
    };
    float[] row = new float[n];
    boolean odd = random.nextBoolean();
    for (int i = 0; i < n; i++) {
      row[i] = odd ? few[random.nextInt(few.length)] : (float) random.nextGaussian();
    }
    return row;
  }

  @Test
  void theFrontOfAStableSort() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      int n = 1 + random.nextInt(40);
      int count = 1 + random.nextInt(n);
      int k = 1 + random.nextInt(count);
      float[] row = row(random, n);
      Tensor x = backend.allocate(TensorType.F32, 1, n);
      HeapMemory bytes = HeapMemory.ofSize(4 * n);
      bytes.putFloats(0, row, 0, n);
      backend.write(x, 0, bytes);
      Tensor indices = backend.allocate(TensorType.F32, 1, k);
      Tensor values = backend.allocate(TensorType.F32, 1, k);
      Tensor index = backend.allocate(TensorType.F32, 1, 1);
      Tensor value = backend.allocate(TensorType.F32, 1, 1);
      float[] at = new float[k + 1];
      float[] is = new float[k + 1];
      backend
          .submit(
              new Commands()
                  .topK(x, count, indices, values)
                  .argMax(x, count, index, value)
                  .readBack(indices, at, 0)
                  .readBack(index, at, k)
                  .readBack(values, is, 0)
                  .readBack(value, is, k))
          .await();
      int[] expected = sorted(row, count, k);
      for (int i = 0; i <= k; i++) {
        int place = expected[i % k];
        assertEquals(place, at[i], "round " + round + ", " + i);
        assertEquals(
            Float.floatToIntBits(row[place]), Float.floatToIntBits(is[i]), "round " + round);
      }
    }
  }

  @Test
  void eachRowIsItsOwn() {
    Tensor x = backend.allocate(TensorType.F32, 2, 3);
    HeapMemory bytes = HeapMemory.ofSize(24);
    bytes.putFloats(0, new float[] {1, 3, 3, 9, -1, 8}, 0, 6);
    backend.write(x, 0, bytes);
    Tensor indices = backend.allocate(TensorType.F32, 2, 2);
    Tensor values = backend.allocate(TensorType.F32, 2, 2);
    float[] all = new float[8];
    backend
        .submit(
            new Commands()
                .topK(x, 3, indices, values)
                .readBack(indices, all, 0)
                .readBack(values, all, 4))
        .await();
    assertArrayEquals(new float[] {1, 2, 0, 2, 3, 3, 9, 8}, all);
  }
}
