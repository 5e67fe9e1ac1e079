package io.wasmchord.e2e;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.quant.BlockEncoder;
import io.wasmchord.quant.BlockEncoders;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One product of a quantized matrix and a row of activations: by the fused kernel, and by decoding
 * the matrix to floats and multiplying those.
 *
 * @param fusedNanos median time of the fused product
 * @param expandNanos median time of decoding
 * @param multiplyNanos median time of the product with the decoded floats
 * @param bytes of the quantized matrix
 * @param floatBytes of the decoded one
 * @param error the largest difference of the two results over the root mean square of the second
 */
record FusedComparison(
    long fusedNanos,
    long expandNanos,
    long multiplyNanos,
    long bytes,
    long floatBytes,
    double error) {
  private static final int ROWS = 2048;
  static final int COLS = 2048;
  private static final int SEEDED_ROWS = 64; // repeated: the time does not depend on the values
  private static final int RUNS = 7;

  /** Measures on this backend; its memory is given back by the caller. */
  static FusedComparison measure(ComputeBackend backend, LinearAllocator memory, TensorType type) {
    LinearMemory first = weights(memory, type, ROWS);
    LinearMemory second = weights(memory, type, ROWS);
    Tensor fused = backend.bind(type, ROWS, COLS, first);
    Tensor stored = backend.bind(type, ROWS, COLS, second);
    Tensor x = activations(backend, 1);
    Tensor out = backend.allocate(TensorType.F32, 1, ROWS);
    int[] all = IntStream.range(0, ROWS).toArray();
    LinearMemory floats = memory.allocate(4L * ROWS * COLS);

    long fusedNanos = median(backend, new Commands().matmul(x, fused, out));
    float[] a = read(backend, out);
    long expandNanos =
        median(
            backend,
            new Commands().embed(stored, all, backend.bind(TensorType.F32, ROWS, COLS, floats)));
    Tensor expanded = backend.bind(TensorType.F32, ROWS, COLS, floats);
    long multiplyNanos = median(backend, new Commands().matmul(x, expanded, out));
    return new FusedComparison(
        fusedNanos,
        expandNanos,
        multiplyNanos,
        first.size(),
        floats.size(),
        error(a, read(backend, out)));
  }

  /** A matrix of {@code rows}, a multiple of {@link #SEEDED_ROWS}, by {@link #COLS}. */
  static LinearMemory weights(LinearAllocator memory, TensorType type, int rows) {
    byte[] some = weights(type);
    LinearMemory all = memory.allocate(rows * type.rowBytes(COLS));
    for (long at = 0; at < all.size(); at += some.length) {
      all.putBytes(at, some, 0, some.length);
    }
    return all;
  }

  private static byte[] weights(TensorType type) {
    Random random = new Random(1);
    int values = SEEDED_ROWS * COLS;
    float[] floats = new float[values];
    for (int i = 0; i < values; i++) {
      floats[i] = (float) (random.nextGaussian() * 0.02);
    }
    byte[] bytes = new byte[(int) (SEEDED_ROWS * type.rowBytes(COLS))];
    BlockEncoder encoder = BlockEncoders.of(type);
    int block = type.blockElements();
    for (int b = 0; b < values / block; b++) {
      encoder.encode(floats, b * block, bytes, b * type.blockBytes());
    }
    return bytes;
  }

  /** Rows of {@link #COLS} floats. */
  static Tensor activations(ComputeBackend backend, int rows) {
    Random random = new Random(2);
    float[] values = new float[rows * COLS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor x = backend.allocate(TensorType.F32, rows, COLS);
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(x, 0, bytes);
    return x;
  }

  private static long median(ComputeBackend backend, Commands commands) {
    backend.submit(commands).await(); // interleaves, and lets the browser compile
    long[] times = new long[RUNS];
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      backend.submit(commands).await();
      times[run] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    return times[RUNS / 2];
  }

  private static float[] read(ComputeBackend backend, Tensor out) {
    float[] values = new float[ROWS];
    backend.submit(new Commands().readBack(out, values, 0)).await();
    return values;
  }

  private static double error(float[] a, float[] b) {
    double most = 0;
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - (double) b[i]));
      squares += (double) b[i] * b[i];
    }
    return most / Math.sqrt(squares / a.length);
  }
}
