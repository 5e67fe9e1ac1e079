package io.wasmchord.jvm.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.host.Parallel;
import io.wasmchord.jvm.NativeMemory;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What machine code does with floats has the scalar backend's bits, for shapes that are awkward and
 * numbers that are not, and nothing is written beside the results.
 */
class MachineFloatsTest {
  private static final float SENTINEL = -7.25f;
  private static final float[] EXTREMES = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    1e-38f,
    Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    -88f,
    88.7f,
    -87.33654f,
    0.625f,
    -0.625f,
    12f
  };

  private final Random random = new Random(11);

  @BeforeEach
  void present() {
    assumeTrue(MachineFloats.present(), "no kernels in machine code here");
  }

  @Test
  void kernelsPassTheirCheck() {
    for (TensorType type : List.of(TensorType.F32, TensorType.F16, TensorType.BF16)) {
      assertNotNull(MachineFloats.of(WeightRows.of(type, 1, 1, 1, 1)), type.toString());
    }
  }

  /** A number; one of {@code rarely} is one of the extremes. */
  private float value(int rarely) {
    return random.nextInt(rarely) == 0
        ? EXTREMES[random.nextInt(EXTREMES.length)]
        : (float) random.nextGaussian();
  }

  private float[] values(int n, int rarely) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = value(rarely);
    }
    return values;
  }

  private static Tensor tensor(ComputeBackend backend, int rows, int cols, float[] values) {
    Tensor tensor = backend.allocate(TensorType.F32, rows, cols);
    HeapMemory memory = HeapMemory.ofSize(4 * values.length);
    memory.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, memory);
    return tensor;
  }

  /** Work on a backend, and the tensor with what it gives. */
  private interface Work {
    Tensor run(ComputeBackend backend, Commands commands);
  }

  /** Compares the backends' results, of which NaN counts as one value. */
  private static void same(String what, Work work) {
    try (ComputeBackend scalar = new ScalarBackend(NativeMemory.allocator(), Parallel.SINGLE);
        ComputeBackend vector =
            new VectorBackend(
                NativeMemory.allocator(),
                NativeMemory::address,
                VectorBackend.Weights.REPACKED,
                2)) {
      assertArrayEquals(bits(scalar, work), bits(vector, work), what);
    }
  }

  private static int[] bits(ComputeBackend backend, Work work) {
    Commands commands = new Commands();
    Tensor out = work.run(backend, commands);
    float[] results = new float[out.rows() * out.cols()];
    backend.submit(commands.readBack(out, results, 0)).await();
    int[] bits = new int[results.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(results[i]);
    }
    return bits;
  }

  private static float[] sentinels(int n) {
    float[] values = new float[n];
    Arrays.fill(values, SENTINEL);
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void products(TensorType type) {
    for (int rows : new int[] {1, 5, 32, 33, 95}) {
      for (int cols : new int[] {1, 2, 31, 130}) {
        for (int tokens : new int[] {1, 2, 3, 5, 6, 7, 8, 11, 12, 13, 25}) {
          byte[] weights = new byte[Math.toIntExact(rows * type.rowBytes(cols))];
          random.nextBytes(weights); // any numbers, and none
          float[] x = values(tokens * cols, 40);
          float[] bias = values(rows, 40);
          same(
              type + ", " + rows + " x " + cols + ", " + tokens + " tokens",
              (backend, commands) -> {
                Tensor out = tensor(backend, tokens + 2, rows, sentinels((tokens + 2) * rows));
                HeapMemory copy = HeapMemory.wrap(weights);
                Tensor weight = backend.allocate(type, rows, cols);
                backend.write(weight, 0, copy);
                Tensor results = out.rows(1, tokens);
                commands.matmul(tensor(backend, tokens, cols, x), weight, results);
                if (tokens % 2 == 1) {
                  commands.addBias(results, tensor(backend, 1, rows, bias));
                }
                return out;
              });
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SILU", "GELU", "GELU_ERF"})
  void activations(Activation activation) {
    for (int n : new int[] {1, 15, 16, 17, 2048, 4100}) {
      float[] x = values(n, 3);
      for (int i = 0; i < n; i += 2) {
        x[i] = 60f * (random.nextFloat() - 0.5f);
      }
      float[] up = values(n, 10);
      same(
          activation + " of " + n,
          (backend, commands) -> {
            float[] all = sentinels(4 * n);
            System.arraycopy(x, 0, all, 2 * n, n);
            Tensor out = tensor(backend, 4, n, all);
            Tensor in = out.rows(2, 1);
            commands.gate(in, tensor(backend, 1, n, up), activation, out.rows(0, 1));
            commands.activate(in, activation);
            return out;
          });
    }
  }

  /** Of runs that fill registers, and others; in place; with biases and sums. */
  @ParameterizedTest
  @CsvSource({"2048, 3, false", "48, 5, true", "16, 1, true", "80, 2, false", "33, 4, true"})
  void normsAndSums(int size, int rows, boolean inPlace) {
    for (int rarely : new int[] {40, 100_000}) {
      float[] x = values(rows * size, rarely);
      float[] weight = values(size, 1000);
      float[] bias = values(size, 1000);
      for (boolean layer : new boolean[] {false, true}) {
        same(
            size + ", layer " + layer,
            (backend, commands) -> {
              float[] all = sentinels((rows + 2) * size);
              System.arraycopy(x, 0, all, size, x.length);
              Tensor out = tensor(backend, rows + 2, size, all);
              Tensor results = out.rows(1, rows);
              Tensor in = inPlace ? results : tensor(backend, rows, size, x);
              Tensor by = tensor(backend, 1, size, weight);
              if (layer) {
                commands.layerNorm(in, by, 1e-5f, results);
              } else {
                commands.rmsNorm(in, by, 1e-5f, results);
              }
              commands.addBias(results, tensor(backend, 1, size, bias));
              commands.add(results, tensor(backend, rows, size, x));
              return out;
            });
      }
    }
  }

  /** Rows whose values are all small, so that scales have no inverse; large; or no numbers. */
  @ParameterizedTest
  @EnumSource(names = {"Q8_0", "Q4_K", "Q6_K"})
  void quantizersOfStrangeRows(TensorType type) {
    for (float factor : new float[] {1f, 1e-38f, 1e-43f, 0f, 1e38f, Float.POSITIVE_INFINITY}) {
      int cols = type == TensorType.Q8_0 ? 96 : 768;
      float[] x = values(7 * cols, 30);
      for (int i = 0; i < x.length; i++) {
        x[i] = x[i] * factor;
      }
      byte[] weights = new byte[Math.toIntExact(40 * type.rowBytes(cols))];
      random.nextBytes(weights);
      same(
          type + ", times " + factor,
          (backend, commands) -> {
            Tensor out = backend.allocate(TensorType.F32, 7, 40);
            Tensor weight = backend.allocate(type, 40, cols);
            backend.write(weight, 0, HeapMemory.wrap(weights));
            commands.matmul(tensor(backend, 7, cols, x), weight, out);
            return out;
          });
    }
  }

  /** Caches that begin anew, windows, heads that share keys, sizes that fill no register. */
  @ParameterizedTest
  @CsvSource({
    // heads, kv heads, key, value, capacity, window, attends
    "4, 2, 64, 64, 96, 0, 0",
    "8, 1, 32, 96, 96, 0, 0",
    "8, 1, 64, 32, 64, 20, 0",
    "3, 3, 96, 64, 64, 33, 0",
    "2, 2, 32, 32, 96, 0, -1",
    "2, 1, 64, 64, 96, 9, -1"
  })
  void attention(
      int heads, int kvHeads, int keyDim, int valueDim, int capacity, int window, int attends) {
    for (KvType type : KvType.values()) {
      List<Integer> batches = attends == 0 ? List.of(1, 30, 2, 13, 1, 5) : List.of(29);
      List<float[]> rows = new ArrayList<>();
      int rarely = type == KvType.F32 ? 3000 : 60;
      for (int n : batches) {
        rows.add(values(n * heads * keyDim, 3000));
        rows.add(values(n * kvHeads * keyDim, rarely));
        rows.add(values(n * kvHeads * valueDim, rarely));
      }
      float[] sinks = values(heads, 4);
      same(
          type + ", window " + window,
          (backend, commands) -> {
            KvSpec spec =
                new KvSpec(
                    96,
                    type,
                    List.of(
                        KvSpec.Layer.of(new KvSpec.Heads(kvHeads, keyDim, valueDim), capacity)));
            KvCache cache = backend.allocateKv(spec);
            int total = batches.stream().mapToInt(i -> i).sum();
            Tensor out =
                tensor(backend, total, heads * valueDim, sentinels(total * heads * valueDim));
            AttentionOptions options =
                new AttentionOptions(false, tensor(backend, 1, heads, sinks), null, null);
            int position = 0;
            for (int i = 0; i < batches.size(); i++) {
              int n = batches.get(i);
              List<SequenceRows> sequences = List.of(new SequenceRows(cache, position, n));
              commands.storeKv(
                  tensor(backend, n, kvHeads * keyDim, rows.get(3 * i + 1)),
                  tensor(backend, n, kvHeads * valueDim, rows.get(3 * i + 2)),
                  sequences,
                  0);
              commands.attention(
                  new Command.Attention(
                      tensor(backend, n, heads * keyDim, rows.get(3 * i)),
                      sequences,
                      0,
                      heads,
                      0.125f,
                      0f,
                      window,
                      attends,
                      options,
                      out.rows(position, n)));
              position += n;
            }
            return out;
          });
    }
  }
}
