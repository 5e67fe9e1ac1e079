package io.wasmchord.conformance;

import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Attention with sinks, slopes, biases by distance, and chunks, and rows that are scaled. A
 * sequence gets the same bits beside others as alone, in a cache that keeps what its window needs
 * as in one that keeps everything.
 */
final class AttentionOptionCases {
  private static final int LAYER = 1;

  private final List<ConformanceCase> cases = new ArrayList<>();

  /**
   * What attention takes into account.
   *
   * @param sinks magnitude of the sinks, or 0 for none
   * @param reach of the biases, or -1 for none
   */
  private record Options(boolean chunked, float sinks, boolean slopes, int reach) {
    private static final Options SINKS = new Options(false, 3f, false, -1);
    private static final Options SLOPES = new Options(false, 0f, true, -1);
    private static final Options CHUNKS = new Options(true, 0f, false, -1);

    private static Options biases(int reach) {
      return new Options(false, 0f, false, reach);
    }
  }

  /**
   * Heads and their sizes.
   *
   * @param shared query heads of a head of keys and values
   */
  private record Heads(int count, int shared, int keyDim, int valueDim) {
    private static final Heads FOUR = new Heads(4, 2, 32, 64);

    int kv() {
      return count / shared;
    }
  }

  /**
   * A batch.
   *
   * @param both whether tokens attend to what comes after them
   */
  private record Batch(
      KvType type, Heads heads, float softCap, int window, boolean both, Options options) {}

  /**
   * A sequence's rows.
   *
   * @param positions the longest sequence that its cache holds
   * @param position of the first row
   * @param count rows
   */
  private record Part(int positions, int position, int count) {
    String label() {
      return position + "+" + count + "/" + positions;
    }
  }

  private AttentionOptionCases() {
    List<Part> unequal = List.of(new Part(40, 0, 13), new Part(100, 77, 1), new Part(64, 30, 5));
    List<Part> single = List.of(new Part(70, 49, 1), new Part(50, 15, 1), new Part(17, 0, 1));
    List<Part> long1 = List.of(new Part(300, 260, 17));
    List<Part> all = List.of(new Part(45, 0, 45));
    Options everything = new Options(false, 3f, true, 5);
    for (KvType type : KvType.values()) {
      for (Options options :
          List.of(Options.SINKS, Options.SLOPES, Options.biases(0), Options.biases(20))) {
        add(unequal, new Batch(type, Heads.FOUR, 0f, 0, false, options));
        add(single, new Batch(type, Heads.FOUR, 0f, 0, false, options));
      }
      add(unequal, new Batch(type, Heads.FOUR, 5f, 7, false, everything));
      add(long1, new Batch(type, Heads.FOUR, 0f, 128, false, everything));
      add(all, new Batch(type, Heads.FOUR, 0f, 0, true, everything));
      add(all, new Batch(type, Heads.FOUR, 0f, 9, true, new Options(false, 0f, true, 3)));
      for (int chunk : new int[] {1, 5, 16, 48, 1000}) {
        add(unequal, new Batch(type, Heads.FOUR, 0f, chunk, false, Options.CHUNKS));
      }
      add(single, new Batch(type, Heads.FOUR, 0f, 8, false, Options.CHUNKS));
      add(long1, new Batch(type, Heads.FOUR, 5f, 130, false, new Options(true, 3f, true, 130)));
    }
    Heads awkward = new Heads(3, 3, 7, 12);
    Heads twelve = new Heads(12, 1, 16, 4);
    for (Heads heads : List.of(awkward, twelve)) {
      add(unequal, new Batch(KvType.F32, heads, 0f, 0, false, everything));
      add(all, new Batch(KvType.F16, heads, 0f, 0, true, everything));
    }
    add(
        single,
        new Batch(KvType.F32, Heads.FOUR, 0f, 0, false, new Options(false, 200f, false, -1)));
    for (int cols : new int[] {1, 5, 64, 259}) {
      scaledRows(cols);
      cases.add(ConformanceSuite.pair("clamp", cols, (c, x, y) -> c.clamp(x, 6f)));
      cases.add(
          ConformanceSuite.pair(
              "xielu", cols, (c, x, y) -> c.xielu(new Command.Xielu(x, 1.3f, 0.8f, 0.5f, -1e-6f))));
    }
  }

  static List<ConformanceCase> all() {
    return new AttentionOptionCases().cases;
  }

  private void add(List<Part> parts, Batch batch) {
    String name =
        "attention with "
            + batch
            + " of "
            + parts.stream().map(Part::label).collect(Collectors.joining(", "));
    List<Integer> numbers = IntStream.range(0, parts.size()).boxed().toList();
    cases.add(new ConformanceCase(name, rig -> run(rig, name, parts, numbers, batch)));
  }

  /** The results of all, after a look at each alone and at bounded caches. */
  private static float[] run(
      Rig rig, String name, List<Part> parts, List<Integer> numbers, Batch batch) {
    float[] together = attend(rig, name, parts, numbers, batch, false);
    if (batch.window > 0 && !batch.both) {
      float[] bounded = attend(rig, name, parts, numbers, batch, true);
      requireEqual(name + ", bounded", together, bounded);
    }
    int cols = batch.heads.count * batch.heads.valueDim;
    int row = 1; // after the sentinels
    for (int i : numbers) {
      int count = parts.get(i).count;
      float[] alone = attend(rig, name, parts, List.of(i), batch, false);
      requireEqual(
          name + ", sequence " + i,
          Arrays.copyOfRange(together, row * cols, (row + count) * cols),
          Arrays.copyOfRange(alone, cols, (1 + count) * cols));
      row += count;
    }
    return together;
  }

  private static void requireEqual(String name, float[] expected, float[] actual) {
    if (Arrays.mismatch(expected, actual) >= 0) {
      throw new IllegalStateException(
          name + ": value " + Arrays.mismatch(expected, actual) + " differs");
    }
  }

  private static float[] attend(
      Rig rig, String name, List<Part> parts, List<Integer> chosen, Batch b, boolean bounded) {
    Heads h = b.heads;
    int rows = chosen.stream().mapToInt(i -> parts.get(i).count).sum();
    Tensor q = rig.activation(rows, h.count * h.keyDim, new float[rows * h.count * h.keyDim]);
    Tensor k = rig.activation(rows, h.kv() * h.keyDim, new float[rows * h.kv() * h.keyDim]);
    Tensor v = rig.activation(rows, h.kv() * h.valueDim, new float[rows * h.kv() * h.valueDim]);
    Guarded out = rig.guarded(rows, h.count * h.valueDim);
    Commands commands = rig.backend().record();
    List<SequenceRows> sequences = new ArrayList<>();
    int at = 0;
    for (int i : chosen) {
      Part part = parts.get(i);
      Inputs in = new Inputs(name + i);
      int places = bounded ? Math.min(part.positions, b.window + part.count - 1) : part.positions;
      List<Integer> capacities = List.of(part.positions, places, part.positions);
      KvSpec spec = new KvSpec(part.positions, h.kv(), h.keyDim, h.valueDim, b.type, capacities);
      KvCache cache = rig.backend().allocateKv(spec);
      sequences.add(new SequenceRows(cache, part.position, part.count));
      for (Tensor tensor : List.of(q, k, v)) {
        write(rig, tensor.rows(at, part.count), in);
      }
      for (int p = 0; p < part.position; p++) {
        Tensor key = rig.activation(1, k.cols(), in.floats(k.cols(), 2f));
        Tensor value = rig.activation(1, v.cols(), in.floats(v.cols(), 2f));
        commands.storeKv(key, value, cache, LAYER, p);
      }
      at += part.count;
    }
    commands.storeKv(k, v, sequences, LAYER);
    int attends = b.both ? sequences.getFirst().end() : 0;
    commands.attention(
        new Command.Attention(
            q,
            sequences,
            LAYER,
            h.count,
            0.25f,
            b.softCap,
            b.window,
            attends,
            options(rig, new Inputs(name), b),
            out.inner()));
    float[] all = out.after(commands);
    sequences.forEach(s -> rig.backend().release(s.cache()));
    return all;
  }

  private static AttentionOptions options(Rig rig, Inputs in, Batch b) {
    Options o = b.options;
    int heads = b.heads.count;
    return new AttentionOptions(
        o.chunked,
        o.sinks == 0f ? null : rig.vector(sinks(in, heads, o.sinks)),
        o.slopes ? rig.vector(in.floats(heads, 0.5f)) : null,
        biases(rig, in, heads, o.reach));
  }

  /** Some of any magnitude, and one head's that is what was asked for itself. */
  private static float[] sinks(Inputs in, int heads, float magnitude) {
    float[] sinks = in.floats(heads, 3f);
    sinks[heads / 2] = magnitude;
    sinks[heads - 1] = Float.NEGATIVE_INFINITY;
    return sinks;
  }

  private static @Nullable Tensor biases(Rig rig, Inputs in, int heads, int reach) {
    int cols = 2 * reach + 1;
    return reach < 0 ? null : rig.activation(heads, cols, in.floats(heads * cols, 4f));
  }

  private static void write(Rig rig, Tensor tensor, Inputs in) {
    rig.write(tensor, in.floats(tensor.rows() * tensor.cols(), 2f));
  }

  private void scaledRows(int cols) {
    String name = "scaleRows [4, " + cols + "]";
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Inputs in = new Inputs(name);
              Guarded x = rig.guarded(4, cols).with(in.floats(4 * cols, 20f));
              Tensor factors = rig.activation(4, 1, in.floats(4, 3f));
              return x.after(rig.backend().record().scaleRows(x.inner(), factors));
            }));
  }
}
