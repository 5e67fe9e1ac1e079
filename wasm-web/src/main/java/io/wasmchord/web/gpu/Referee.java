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
import io.wasmchord.web.memory.LinearAllocator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  private final ComputeBackend plain = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  private final List<Check> checks = new ArrayList<>();

  /** What is compared. */
  private record Check(String name, Work work) {}

  /** Records commands on a backend, and gives what they change. */
  @FunctionalInterface
  private interface Work {
    Tensor record(ComputeBackend backend, Commands commands);
  }

  private Referee() {}

  /**
   * What it found.
   *
   * @param kernels the fastest that give the same bits, or null
   * @param differing the commands that faster kernels gave other bits for
   */
  public record Verdict(@Nullable KernelVariant kernels, List<String> differing) {}

  /**
   * Compares, from the fastest kernels on.
   *
   * @param memory the engine's
   * @param types of the model's matrices
   * @param cache of keys and values
   */
  public static Verdict judge(
      GpuDevice device, LinearAllocator memory, Collection<TensorType> types, KvType cache) {
    Set<String> differing = new LinkedHashSet<>();
    for (KernelVariant variant : KernelVariant.values()) {
      GpuBackend gpu = new GpuBackend(device, memory, variant);
      try {
        List<String> own = differences(gpu, types, cache);
        if (own.isEmpty()) {
          return new Verdict(variant, List.copyOf(differing));
        }
        differing.addAll(own);
      } finally {
        gpu.close();
      }
    }
    return new Verdict(null, List.copyOf(differing));
  }

  private static List<String> differences(
      ComputeBackend gpu, Collection<TensorType> types, KvType cache) {
    Referee referee = new Referee();
    for (TensorType type : types) {
      referee.products(type);
      referee.feedForward(type);
    }
    referee.rows();
    for (RopeOrder order : RopeOrder.values()) {
      referee.attention(cache, order);
    }
    List<float[]> there = referee.values(gpu);
    List<float[]> expected = referee.values(referee.plain);
    referee.plain.close();
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      if (!same(there.get(i), expected.get(i))) {
        differing.add(referee.checks.get(i).name);
      }
    }
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

  /** What each check gives. All are submitted together, so that kernels compile side by side. */
  private List<float[]> values(ComputeBackend backend) {
    Commands commands = backend.record();
    List<float[]> values = new ArrayList<>();
    for (Check check : checks) {
      Tensor result = check.work.record(backend, commands);
      float[] own = new float[result.rows() * result.cols()];
      commands.readBack(result, own, 0);
      values.add(own);
    }
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
    return bound(backend, type, ROWS, cols, bytes);
  }

  private static Tensor bound(
      ComputeBackend backend, TensorType type, int rows, int cols, byte[] bytes) {
    return backend.bind(type, rows, cols, HeapMemory.wrap(bytes.clone()));
  }

  private static Tensor activation(ComputeBackend backend, int rows, int cols) {
    Tensor tensor = backend.allocate(TensorType.F32, rows, cols);
    float[] values = RefereeInputs.floats(rows * cols);
    HeapMemory bytes = HeapMemory.ofSize(4 * values.length);
    bytes.putFloats(0, values, 0, values.length);
    backend.write(tensor, 0, bytes);
    return tensor;
  }

  /** What a layer does around its products, neighbours that share kernels. */
  private void feedForward(TensorType type) {
    int inner = 256;
    checks.add(
        new Check(
            "RMS_NORM, MATMUL, GATE, ADD " + type,
            (backend, commands) -> {
              int cols = UNITS * 256;
              Tensor x = activation(backend, 2, cols);
              Tensor normed = backend.allocate(TensorType.F32, 2, cols);
              Tensor gate = backend.allocate(TensorType.F32, 2, inner);
              Tensor up = backend.allocate(TensorType.F32, 2, inner);
              Tensor out = backend.allocate(TensorType.F32, 2, cols);
              byte[] one = RefereeInputs.weight(type, inner, cols);
              byte[] back = RefereeInputs.weight(type, cols, inner);
              commands
                  .rmsNorm(x, activation(backend, 1, cols), EPS, normed)
                  .matmul(normed, bound(backend, type, inner, cols, one), gate)
                  .matmul(normed, bound(backend, type, inner, cols, one), up)
                  .gate(gate, up, Activation.SILU, gate)
                  .matmul(gate, bound(backend, type, cols, inner, back), out)
                  .add(x, out);
              return x;
            }));
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
  }

  private void attention(KvType type, RopeOrder order) {
    int heads = 2;
    int dim = 64;
    int positions = 40;
    checks.add(
        new Check(
            "ROPE " + order + ", STORE_KV, ATTENTION " + type,
            (backend, commands) -> {
              KvCache cache = backend.allocateKv(new KvSpec(1, positions, 1, dim, dim, type));
              Tensor k = activation(backend, positions, dim);
              Tensor v = activation(backend, positions, dim);
              Tensor q = activation(backend, positions, heads * dim);
              Tensor table = activation(backend, positions, dim / 2);
              Tensor out = backend.allocate(TensorType.F32, positions, heads * dim);
              commands
                  .rope(k, table, dim, order)
                  .storeKv(k, v, cache, 0, 0)
                  .rope(q, table, dim, order)
                  .attention(
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
