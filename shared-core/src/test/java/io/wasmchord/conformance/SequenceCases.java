package io.wasmchord.conformance;

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

/**
 * Batches of several sequences: prompts and single tokens side by side, at different positions, in
 * caches of different lengths. Every sequence must get the bits that it gets alone.
 */
final class SequenceCases {
  private static final int HEADS = 4;
  private static final int KV_HEADS = 2;
  private static final int LAYER = 1;

  private final List<ConformanceCase> cases = new ArrayList<>();

  /**
   * A sequence's rows.
   *
   * @param positions the longest sequence that its cache holds
   * @param type how its keys and values are stored
   * @param position of the first row
   * @param count rows
   */
  private record Part(int positions, KvType type, int position, int count) {
    String label() {
      return type + " " + position + "+" + count + "/" + positions;
    }
  }

  private static String describe(List<Part> parts) {
    return parts.stream().map(Part::label).collect(Collectors.joining(", "));
  }

  private SequenceCases() {
    for (KvType type : KvType.values()) {
      List<Part> unequal =
          List.of(
              new Part(40, type, 0, 13),
              new Part(100, type, 77, 1),
              new Part(20, type, 19, 1),
              new Part(64, type, 30, 5));
      List<Part> single =
          List.of(
              new Part(50, type, 49, 1),
              new Part(50, type, 16, 1),
              new Part(50, type, 0, 1),
              new Part(17, type, 15, 1));
      attention(unequal, 0, 0f);
      attention(unequal, 7, 0f);
      attention(single, 0, 5f);
      attention(single, 16, 0f);
    }
    List<Part> mixed =
        List.of(
            new Part(30, KvType.Q8_0, 9, 2),
            new Part(60, KvType.F32, 33, 17),
            new Part(20, KvType.F16, 12, 1));
    attention(mixed, 0, 0f);
    attention(mixed, 5, 0f);
    for (int columns : new int[] {7, 64, 130}) {
      conv(columns, 3, mixed);
      conv(columns, 1, mixed);
    }
    conv(68, 4, List.of(new Part(20, KvType.F32, 0, 2), new Part(90, KvType.F32, 80, 9)));
  }

  static List<ConformanceCase> all() {
    return new SequenceCases().cases;
  }

  /** The results of a batch that has some of the sequences, by their numbers. */
  private interface Batch {
    float[] run(Rig rig, List<Integer> sequences);
  }

  private void add(String name, List<Part> parts, int cols, Batch batch) {
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              float[] together = batch.run(rig, List.of(0, 1, 2, 3).subList(0, parts.size()));
              int row = 1; // after the sentinels
              for (int i = 0; i < parts.size(); i++) {
                int count = parts.get(i).count;
                float[] alone = batch.run(rig, List.of(i));
                int differs =
                    Arrays.mismatch(
                        together,
                        row * cols,
                        (row + count) * cols,
                        alone,
                        cols,
                        (1 + count) * cols);
                if (differs >= 0) {
                  throw new IllegalStateException(
                      name + ": value " + differs + " of sequence " + i + " differs");
                }
                row += count;
              }
              return together;
            }));
  }

  private void attention(List<Part> parts, int window, float softCap) {
    String name =
        "attention of sequences " + describe(parts) + " window " + window + " cap " + softCap;
    add(
        name,
        parts,
        HEADS * 64,
        (rig, sequences) -> attention(rig, name, parts, sequences, window, softCap));
  }

  private static float[] attention(
      Rig rig, String name, List<Part> parts, List<Integer> chosen, int window, float softCap) {
    int rows = chosen.stream().mapToInt(i -> parts.get(i).count).sum();
    Tensor q = rig.activation(rows, HEADS * 32, new float[rows * HEADS * 32]);
    Tensor k = rig.activation(rows, KV_HEADS * 32, new float[rows * KV_HEADS * 32]);
    Tensor v = rig.activation(rows, KV_HEADS * 64, new float[rows * KV_HEADS * 64]);
    Guarded out = rig.guarded(rows, HEADS * 64);
    Commands commands = rig.backend().record();
    List<SequenceRows> sequences = new ArrayList<>();
    int at = 0;
    for (int i : chosen) {
      Part part = parts.get(i);
      Inputs in = new Inputs(name + i);
      int places = window == 0 ? part.positions : window + part.count - 1;
      List<Integer> capacities = List.of(part.positions, places, part.positions);
      KvSpec spec = new KvSpec(part.positions, KV_HEADS, 32, 64, part.type, capacities);
      KvCache cache = rig.backend().allocateKv(spec);
      sequences.add(new SequenceRows(cache, part.position, part.count));
      write(rig, q.rows(at, part.count), in);
      write(rig, k.rows(at, part.count), in);
      write(rig, v.rows(at, part.count), in);
      for (int p = 0; p < part.position; p++) {
        Tensor key = rig.activation(1, KV_HEADS * 32, in.floats(KV_HEADS * 32, 2f));
        Tensor value = rig.activation(1, KV_HEADS * 64, in.floats(KV_HEADS * 64, 2f));
        commands.storeKv(key, value, cache, LAYER, p);
      }
      at += part.count;
    }
    commands.storeKv(k, v, sequences, LAYER);
    commands.attention(
        new Command.Attention(q, sequences, LAYER, HEADS, 0.25f, softCap, window, 0, out.inner()));
    float[] all = out.after(commands);
    sequences.forEach(s -> rig.backend().release(s.cache()));
    return all;
  }

  private static void write(Rig rig, Tensor tensor, Inputs in) {
    rig.write(tensor, in.floats(tensor.rows() * tensor.cols(), 2f));
  }

  private void conv(int columns, int length, List<Part> parts) {
    String name =
        "shortConv of " + length + " of sequences " + describe(parts) + ", " + columns + " columns";
    add(name, parts, columns, (rig, chosen) -> conv(rig, name, parts, chosen, columns, length));
  }

  private static float[] conv(
      Rig rig, String name, List<Part> parts, List<Integer> chosen, int columns, int length) {
    int rows = chosen.stream().mapToInt(i -> parts.get(i).count).sum();
    Tensor weight = rig.vector(new Inputs(name).floats(columns * length, 1f));
    Tensor[] x = new Tensor[3]; // values and gates
    for (int i = 0; i < x.length; i++) {
      x[i] = rig.activation(rows, columns, new float[rows * columns]);
    }
    Guarded out = rig.guarded(rows, columns);
    Commands commands = rig.backend().record();
    List<SequenceRows> sequences = new ArrayList<>();
    int at = 0;
    for (int i : chosen) {
      Part part = parts.get(i);
      Inputs in = new Inputs(name + i);
      int n = part.positions;
      List<KvSpec.Layer> layers =
          List.of(
              KvSpec.Layer.of(new KvSpec.Heads(1, 32, 32), n),
              KvSpec.Layer.rows(columns, length + part.count - 1),
              KvSpec.Layer.rows(columns, n));
      KvCache cache = rig.backend().allocateKv(new KvSpec(n, KvType.F32, layers));
      sequences.add(new SequenceRows(cache, part.position, part.count));
      for (Tensor values : x) {
        write(rig, values.rows(at, part.count), in);
      }
      for (int p = Math.max(0, part.position - length); p < part.position; p++) {
        Tensor before = rig.activation(1, columns, in.floats(columns, 1f));
        commands.shortConv(
            new Command.ShortConv(
                before,
                before,
                before,
                weight,
                List.of(new SequenceRows(cache, p, 1)),
                LAYER,
                before));
      }
      at += part.count;
    }
    commands.shortConv(
        new Command.ShortConv(x[0], x[1], x[2], weight, sequences, LAYER, out.inner()));
    float[] all = out.after(commands);
    sequences.forEach(s -> rig.backend().release(s.cache()));
    return all;
  }
}
