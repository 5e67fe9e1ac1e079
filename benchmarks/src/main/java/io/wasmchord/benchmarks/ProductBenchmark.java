package io.wasmchord.benchmarks;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.bytes.Memory;
import io.wasmchord.jvm.ComputeOptions;
import io.wasmchord.jvm.SegmentAllocator;
import io.wasmchord.jvm.ThreadParallel;
import io.wasmchord.quant.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A matrix times rows of activations, on one thread: with one row a matrix that no cache holds,
 * with several a part of it.
 *
 * <p>Fields are what JMH fills and injects.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class ProductBenchmark {
  static final int COLS = 2048;

  /** Rows of the matrix for so many rows of activations. */
  static int rows(int tokens) {
    return tokens == 1 ? 1 << 17 : 1 << 14;
  }

  @Param({"Q4_K", "Q6_K", "Q4_0", "Q8_0", "Q5_K", "Q2_K", "F16"})
  String type = "";

  @Param({"1", "16"})
  int tokens;

  private final SegmentAllocator weights = new SegmentAllocator();
  private final float[] x = Weights.vector(COLS, 2);
  private ComputeBackend backend = ComputeOptions.of(1).start(new ThreadParallel(1));
  private Commands product = new Commands();
  private MemorySegment plain = MemorySegment.NULL;

  /** Makes the matrix and the activations. */
  @Setup
  public void setup() {
    TensorType tensorType = TensorType.valueOf(type);
    byte[] rows = Weights.rows(tensorType, COLS);
    int count = rows(tokens);
    long bytes = count * tensorType.rowBytes(COLS);
    Memory memory = weights.allocate(bytes);
    plain = Arena.ofAuto().allocate(bytes, 64);
    for (long at = 0; at < bytes; at += rows.length) {
      memory.putBytes(at, rows, 0, rows.length);
      MemorySegment.copy(MemorySegment.ofArray(rows), 0, plain, at, rows.length);
    }
    Tensor activations = backend.allocate(TensorType.F32, tokens, COLS);
    HeapMemory values = HeapMemory.ofSize(4 * tokens * COLS);
    for (int t = 0; t < tokens; t++) {
      values.putFloats(4L * t * COLS, x, 0, COLS);
    }
    backend.write(activations, 0, values);
    Tensor out = backend.allocate(TensorType.F32, tokens, count);
    product =
        new Commands().matmul(activations, backend.bind(tensorType, count, COLS, memory), out);
  }

  /** Gives the memory back. */
  @TearDown
  public void close() {
    backend.close();
    weights.close();
  }

  /** The backend's product. */
  @Benchmark
  public void ours() {
    backend.submit(product).await();
  }

  /** The plain dot, row by row; a token at a time. */
  @Benchmark
  public float plain() {
    TensorType tensorType = TensorType.valueOf(type);
    long rowBytes = tensorType.rowBytes(COLS);
    float sum = 0;
    for (int t = 0; t < tokens; t++) {
      for (int row = 0; row < rows(tokens); row++) {
        sum += PlainDot.dot(tensorType, plain, row * rowBytes, x);
      }
    }
    return sum;
  }
}
