package io.wasmchord.web.gpu;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Compares a GPU with plain code before a model is trusted to it: the kernels of the model's
 * formats and cache, and what most models have besides, on small inputs. WGSL promises less than
 * the arithmetic contract does, and drivers have been seen to compute something else without an
 * error.
 */
public final class Referee {
  private static final int ROWS = 37;
  private static final int UNITS = 2; // of 256 values, in a row
  private static final int TOKENS = 3;
  private static final int TILED = 9; // tokens of a prompt
  private static final float EPS = 1e-5f;

  private final ComputeBackend gpu;
  private final ComputeBackend plain = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final List<Check> checks = new ArrayList<>();

  /** What is compared. */
  private record Check(String name, Work work) {}

  /** Records commands on a backend, and gives what they change. */
  @FunctionalInterface
  private interface Work {
    Tensor record(ComputeBackend backend, Commands commands);
  }

  private Referee(ComputeBackend gpu) {
    this.gpu = gpu;
  }

  /**
   * Compares.
   *
   * @param types of the model's matrices
   * @param cache of keys and values
   * @return the commands that gave other bits; none where all is well
   */
  public static List<String> differences(
      ComputeBackend gpu, Collection<TensorType> types, KvType cache) {
    Referee referee = new Referee(gpu);
    for (TensorType type : types) {
      referee.products(type);
    }
    referee.rows();
    referee.attention(cache);
    List<String> differing = new ArrayList<>();
    for (Check check : referee.checks) {
      if (!same(referee.values(check, gpu), referee.values(check, referee.plain))) {
        differing.add(check.name);
      }
    }
    referee.plain.close();
    return differing;
  }

  private static boolean same(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      boolean nan = Float.isNaN(a[i]) && Float.isNaN(b[i]);
      if (!nan && Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  private float[] values(Check check, ComputeBackend backend) {
    Commands commands = backend.record();
    Tensor result = check.work.record(backend, commands);
    float[] values = new float[result.rows() * result.cols()];
    commands.readBack(result, values, 0);
    backend.submit(commands).await();
    return values;
  }

  private void products(TensorType type) {
    int cols = UNITS * 256;
    byte[] weight = RefereeInputs.weight(type, ROWS, cols);
    for (int tokens : new int[] {1, TILED}) {
      checks.add(
          new Check(
              "MATMUL " + type,
              (backend, commands) -> {
                Tensor out = backend.allocate(TensorType.F32, tokens, ROWS);
                Tensor x = activation(backend, tokens, cols);
                commands.matmul(x, weight(backend, type, cols, weight), out);
                return out;
              }));
    }
    checks.add(
        new Check(
            "EMBED " + type,
            (backend, commands) -> {
              Tensor out = backend.allocate(TensorType.F32, 2, cols);
              commands.embed(weight(backend, type, cols, weight), new int[] {ROWS - 1, 5}, out);
              return out;
            }));
  }

  private static Tensor weight(ComputeBackend backend, TensorType type, int cols, byte[] bytes) {
    return backend.bind(type, ROWS, cols, HeapMemory.wrap(bytes.clone()));
  }

  private static Tensor activation(ComputeBackend backend, int rows, int cols) {
    Tensor tensor = backend.allocate(TensorType.F32, rows, cols);
    float[] values = RefereeInputs.floats(rows * cols);
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, bytes);
    return tensor;
  }

  private void inPlace(String name, int cols, Changes changes) {
    checks.add(
        new Check(
            name,
            (backend, commands) -> {
              Tensor x = activation(backend, TOKENS, cols);
              changes.record(commands, x, activation(backend, TOKENS, cols));
              return x;
            }));
  }

  /** Changes {@code x} by {@code y}. */
  @FunctionalInterface
  private interface Changes {
    void record(Commands commands, Tensor x, Tensor y);
  }

  private void rows() {
    int cols = 256;
    inPlace("RMS_NORM", cols, (c, x, y) -> c.rmsNorm(x, y.rows(0, 1), EPS, x));
    inPlace("LAYER_NORM", cols, (c, x, y) -> c.layerNorm(x, y.rows(0, 1), EPS, x));
    inPlace("ADD", cols, Commands::add);
    inPlace("ADD_BIAS", cols, (c, x, y) -> c.addBias(x, y.rows(0, 1)));
    inPlace("SCALE", cols, (c, x, y) -> c.scale(x, 1.7f));
    inPlace("SOFT_CAP", cols, (c, x, y) -> c.softCap(x, 30f));
    for (Activation activation : List.of(Activation.SILU, Activation.GELU)) {
      inPlace("GATE " + activation, cols, (c, x, y) -> c.gate(x, y, activation, x));
    }
    for (RopeOrder order : RopeOrder.values()) {
      inPlace("ROPE " + order, cols, (c, x, y) -> c.rope(x, y, cols, order));
    }
  }

  private void attention(KvType type) {
    int heads = 2;
    int dim = 64;
    int positions = 40;
    checks.add(
        new Check(
            "ATTENTION " + type,
            (backend, commands) -> {
              KvCache cache = backend.allocateKv(new KvSpec(1, positions, 1, dim, dim, type));
              Tensor k = activation(backend, positions, dim);
              Tensor q = activation(backend, positions, heads * dim);
              Tensor out = backend.allocate(TensorType.F32, positions, heads * dim);
              commands.storeKv(k, k, cache, 0, 0);
              commands.attention(
                  new Command.Attention(
                      q,
                      List.of(new SequenceRows(cache, 0, positions)),
                      0,
                      heads,
                      0.125f,
                      0f,
                      0,
                      0,
                      out));
              return out;
            }));
  }
}
