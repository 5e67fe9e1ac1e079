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

/**
 * Batches of whole texts whose tokens attend to all others of their own text, or to the nearest on
 * either side. Every text must get the bits that it gets alone, by the number of its positions.
 */
final class TextCases {
  private static final int HEADS = 4;
  private static final int KV_HEADS = 2;

  private final List<ConformanceCase> cases = new ArrayList<>();

  private TextCases() {
    List<Integer> unequal = List.of(3, 1, 17, 16, 40, 1);
    for (KvType type : KvType.values()) {
      attention(unequal, type, 0, 0f);
      attention(unequal, type, 9, 0f);
    }
    attention(List.of(1, 1), KvType.F32, 0, 5f);
    attention(List.of(33, 2), KvType.F32, 1000, 0f);
  }

  static List<ConformanceCase> all() {
    return new TextCases().cases;
  }

  private void attention(List<Integer> lengths, KvType type, int window, float softCap) {
    String name =
        "attention of texts " + type + " " + lengths + " window " + window + " cap " + softCap;
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Batch all = new Batch(rig, name, lengths, type, window, softCap);
              float[] together = all.run(0, lengths.size(), Command.Attention.OWN);
              int row = 1; // after the sentinels
              for (int i = 0; i < lengths.size(); i++) {
                int count = lengths.get(i) * HEADS * 64;
                float[] alone = all.run(i, i + 1, lengths.get(i));
                int from = row * HEADS * 64;
                int differs =
                    Arrays.mismatch(
                        together, from, from + count, alone, HEADS * 64, HEADS * 64 + count);
                if (differs >= 0) {
                  throw new IllegalStateException(
                      name + ": value " + differs + " of text " + i + " differs");
                }
                row += lengths.get(i);
              }
              return together;
            }));
  }

  private record Batch(
      Rig rig, String name, List<Integer> lengths, KvType type, int window, float softCap) {
    /** Texts {@code first} to before {@code end}. */
    float[] run(int first, int end, int attends) {
      int rows = lengths.subList(first, end).stream().mapToInt(n -> n).sum();
      Tensor q = rig.activation(rows, HEADS * 32, new float[rows * HEADS * 32]);
      Tensor k = rig.activation(rows, KV_HEADS * 32, new float[rows * KV_HEADS * 32]);
      Tensor v = rig.activation(rows, KV_HEADS * 64, new float[rows * KV_HEADS * 64]);
      Guarded out = rig.guarded(rows, HEADS * 64);
      List<SequenceRows> sequences = new ArrayList<>();
      int at = 0;
      for (int i = first; i < end; i++) {
        int n = lengths.get(i);
        Inputs in = new Inputs(name + i);
        KvCache cache = rig.backend().allocateKv(new KvSpec(1, n, KV_HEADS, 32, 64, type));
        sequences.add(new SequenceRows(cache, 0, n));
        for (Tensor each : new Tensor[] {q, k, v}) {
          Tensor text = each.rows(at, n);
          rig.write(text, in.floats(n * text.cols(), 2f));
        }
        at += n;
      }
      Commands commands = rig.backend().record().storeKv(k, v, sequences, 0);
      commands.attention(
          new Command.Attention(
              q, sequences, 0, HEADS, 0.25f, softCap, window, attends, out.inner()));
      float[] all = out.after(commands);
      sequences.forEach(s -> rig.backend().release(s.cache()));
      return all;
    }
  }
}
