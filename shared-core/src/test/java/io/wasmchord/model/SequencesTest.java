package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model.Feed;
import io.wasmchord.model.Model.Wanted;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches of several sequences, of every architecture, give each the bits that it gets alone. */
class SequencesTest {
  private static final int CONTEXT = 200;

  /** What each of three sequences is fed with, batch by batch; 0 where it is not in the batch. */
  private static final int[][] BATCHES = {
    {7, 0, 0}, {1, 9, 0}, {1, 5, 6}, {1, 1, 1}, {0, 12, 1}, {1, 0, 11}, {1, 1, 1}
  };

  static List<Tiny> decoders() {
    return TinyDecoders.all();
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static Model load(HeapWeights source, int banks) {
    ModelConfig config = ModelLoader.inspect(TinyModel.header(source));
    Banks all =
        new Banks(
            IntStream.range(0, banks).mapToObj(i -> backend()).toList(),
            Tiny.groups(config, banks));
    return ModelLoader.load(TinyModel.header(source), source, all, 13, RunControl.NONE);
  }

  private static int[] ids(int sequence, int from, int n) {
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

  private static List<List<float[]>> alone(Model model) {
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

  private static List<List<float[]>> together(Model model) {
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

  @ParameterizedTest
  @MethodSource("decoders")
  void everySequenceGetsWhatItGetsAlone(Tiny tiny) {
    for (int banks = 1; banks <= 2; banks++) {
      try (Model model = load(tiny.model.source(), banks)) {
        List<List<float[]>> expected = alone(model);
        List<List<float[]>> actual = together(model);
        for (int sequence = 0; sequence < 3; sequence++) {
          assertEquals(expected.get(sequence).size(), actual.get(sequence).size());
          for (int i = 0; i < expected.get(sequence).size(); i++) {
            assertArrayEquals(expected.get(sequence).get(i), actual.get(sequence).get(i), 0f);
          }
        }
      }
    }
  }

  @Test
  void aRefusedBatchFeedsNoneOfItsSequences() {
    try (Model model = load(decoders().getFirst().model.source(), 1)) {
      KvCache one = model.newCache(20, KvType.F32);
      KvCache other = model.newCache(20, KvType.F32);
      Feed good = new Feed(ids(0, 0, 3), 0, one, Wanted.LAST);
      Feed gap = new Feed(ids(0, 4, 2), 4, other, Wanted.LAST);
      assertThrows(IllegalStateException.class, () -> model.forward(List.of(good, gap)));
      assertEquals(0, model.resumesAt(one, 3), "nothing was stored");
      Feed twice = new Feed(ids(0, 3, 3), 0, one, Wanted.LAST);
      assertThrows(IllegalArgumentException.class, () -> model.forward(List.of(good, twice)));
      Feed many = new Feed(ids(0, 0, 11), 0, other, Wanted.NONE);
      assertThrows(IllegalArgumentException.class, () -> model.forward(List.of(good, many)));
      assertThrows(IllegalArgumentException.class, () -> model.forward(List.of()));
      assertEquals(0, model.resumesAt(one, 3), "nothing was stored");
      assertEquals(0, model.resumesAt(other, 11), "nothing was stored");
      assertEquals(model.config().vocabulary(), model.forward(List.of(good)).getFirst().length);
    }
  }

  /** So large a vocabulary that a batch goes through the head three rows at a time. */
  @Test
  void theHeadInChunksGivesTheBitsOfSingleRows() {
    Tiny tiny = new Tiny("large vocabulary", "llama");
    tiny.plain.vocabulary = 300_000;
    tiny.tied = true;
    HeapWeights source = tiny.fill().model.source();
    try (Model model = load(source, 1)) {
      int vocabulary = model.config().vocabulary();
      KvCache whole = model.newCache(40, KvType.F32);
      KvCache single = model.newCache(40, KvType.F32);
      KvCache beside = model.newCache(40, KvType.F32);
      List<float[]> logits =
          model.forward(
              List.of(
                  new Feed(ids(1, 0, 2), 0, beside, Wanted.ALL),
                  new Feed(ids(0, 0, 8), 0, whole, Wanted.ALL)));
      assertEquals(2 * vocabulary, logits.getFirst().length);
      for (int i = 0; i < 8; i++) {
        float[] row = model.forward(ids(0, i, 1), i, single, Wanted.LAST);
        assertArrayEquals(
            row, Arrays.copyOfRange(logits.get(1), i * vocabulary, (i + 1) * vocabulary), 0f);
      }
    }
  }
}
