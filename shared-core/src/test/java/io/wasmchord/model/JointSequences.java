package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.model.Model.Feed;
import io.wasmchord.model.Model.Wanted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Three sequences that a model is fed with, each alone or in batches together. */
public final class JointSequences {
  private static final int CONTEXT = 200;

  /** One of each kind of layer: all positions, windows, states, convolutions, experts, latents. */
  public static final List<String> KINDS =
      List.of("llama", "gemma3", "qwen35", "mamba2", "lfm2", "mixtral", "deepseek2");

  private JointSequences() {}

  /** What each of three sequences is fed with, batch by batch; 0 where it is not in the batch. */
  private static final int[][] BATCHES = {
    {7, 0, 0}, {1, 9, 0}, {1, 5, 6}, {1, 1, 1}, {0, 12, 1}, {1, 0, 11}, {1, 1, 1}
  };

  static int[] ids(int sequence, int from, int n) {
    return IntStream.range(from, from + n)
        .map(i -> (i * i * 3 + 5 * i + 11 * sequence) % 40)
        .toArray();
  }

  private static Wanted wanted(int batch, int sequence) {
    return Wanted.values()[(batch + sequence) % 3];
  }

  /** Caches of different lengths. */
  private static KvCache cache(Model model, int sequence) {
    int most = Math.min(CONTEXT, model.config().contextLength());
    return model.newCache(most - 17 * sequence, KvType.F32);
  }

  /** All logits of each, fed alone. */
  public static List<List<float[]>> alone(Model model) {
    List<List<float[]>> logits = new ArrayList<>();
    for (int sequence = 0; sequence < 3; sequence++) {
      KvCache cache = cache(model, sequence);
      List<float[]> own = new ArrayList<>();
      int at = 0;
      for (int batch = 0; batch < BATCHES.length; batch++) {
        int n = BATCHES[batch][sequence];
        if (n > 0) {
          own.add(model.forward(ids(sequence, at, n), at, cache, wanted(batch, sequence)));
          at += n;
        }
      }
      logits.add(own);
      model.release(cache);
    }
    return logits;
  }

  /** All logits of each, fed together. */
  public static List<List<float[]>> together(Model model) {
    List<List<float[]>> logits = new ArrayList<>();
    KvCache[] caches = new KvCache[3];
    int[] at = new int[3];
    for (int sequence = 0; sequence < 3; sequence++) {
      caches[sequence] = cache(model, sequence);
      logits.add(new ArrayList<>());
    }
    for (int batch = 0; batch < BATCHES.length; batch++) {
      List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
      Collections.rotate(order, batch);
      List<Feed> feeds = new ArrayList<>();
      List<Integer> fed = new ArrayList<>();
      for (int sequence : order) {
        int n = BATCHES[batch][sequence];
        if (n > 0) {
          int[] ids = ids(sequence, at[sequence], n);
          feeds.add(new Feed(ids, at[sequence], caches[sequence], wanted(batch, sequence)));
          fed.add(sequence);
          at[sequence] += n;
        }
      }
      List<float[]> results = model.forward(feeds);
      for (int i = 0; i < fed.size(); i++) {
        logits.get(fed.get(i)).add(results.get(i));
      }
    }
    return logits;
  }

  /** Both have the same bits. */
  public static void assertSame(List<List<float[]>> expected, List<List<float[]>> actual) {
    for (int sequence = 0; sequence < 3; sequence++) {
      assertEquals(expected.get(sequence).size(), actual.get(sequence).size());
      for (int i = 0; i < expected.get(sequence).size(); i++) {
        assertArrayEquals(expected.get(sequence).get(i), actual.get(sequence).get(i));
      }
    }
  }
}
