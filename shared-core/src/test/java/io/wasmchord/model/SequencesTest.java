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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches of several sequences, of every architecture, give each the bits that it gets alone. */
class SequencesTest {
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

  @ParameterizedTest
  @MethodSource("decoders")
  void everySequenceGetsWhatItGetsAlone(Tiny tiny) {
    for (int banks = 1; banks <= 2; banks++) {
      try (Model model = load(tiny.model.source(), banks)) {
        JointSequences.assertSame(JointSequences.alone(model), JointSequences.together(model));
      }
    }
  }

  @Test
  void aRefusedBatchFeedsNoneOfItsSequences() {
    try (Model model = load(decoders().getFirst().model.source(), 1)) {
      KvCache one = model.newCache(20, KvType.F32);
      KvCache other = model.newCache(20, KvType.F32);
      Feed good = new Feed(JointSequences.ids(0, 0, 3), 0, one, Wanted.LAST);
      Feed gap = new Feed(JointSequences.ids(0, 4, 2), 4, other, Wanted.LAST);
      assertThrows(IllegalStateException.class, () -> model.forward(List.of(good, gap)));
      assertEquals(0, model.resumesAt(one, 3), "nothing was stored");
      Feed twice = new Feed(JointSequences.ids(0, 3, 3), 0, one, Wanted.LAST);
      assertThrows(IllegalArgumentException.class, () -> model.forward(List.of(good, twice)));
      Feed many = new Feed(JointSequences.ids(0, 0, 11), 0, other, Wanted.NONE);
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
                  new Feed(JointSequences.ids(1, 0, 2), 0, beside, Wanted.ALL),
                  new Feed(JointSequences.ids(0, 0, 8), 0, whole, Wanted.ALL)));
      assertEquals(2 * vocabulary, logits.getFirst().length);
      for (int i = 0; i < 8; i++) {
        float[] row = model.forward(JointSequences.ids(0, i, 1), i, single, Wanted.LAST);
        assertArrayEquals(
            row, Arrays.copyOfRange(logits.get(1), i * vocabulary, (i + 1) * vocabulary), 0f);
      }
    }
  }
}
