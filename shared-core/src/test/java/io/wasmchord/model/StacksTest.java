package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * T5's encoder, and its decoder after it, against their plain twin and llama.cpp; in batches of
 * several sizes, in two memories and through slots.
 */
class StacksTest {
  private static final double TOLERANCE = 1e-4;
  private static final int[] OWN = ids(23, 3);

  static List<TinyStacks> all() {
    return TinyStacks.all();
  }

  static List<TinyStacks> decoders() {
    return TinyStacks.decoders();
  }

  private static int[] ids(int n, int seed) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (i * i * 7 + seed * i + 1) % 40;
    }
    return ids;
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static Model load(TinyModel tiny, int batch) {
    HeapWeights source = tiny.source();
    return ModelLoader.load(TinyModel.header(source), source, backend(), batch, RunControl.NONE);
  }

  private static float[] encode(Model model, int[] ids, KvCache cache) {
    Encoding encoding = model.encode(ids, cache);
    while (encoding.step()) {}
    return encoding.rows();
  }

  /** Logits of the own tokens, or an encoder's rows. */
  private static float[] results(Model model, int[] ids, int[] own) {
    KvCache cache = model.newCache(TinyStacks.CONTEXT, KvType.F32);
    float[] rows = encode(model, ids, cache);
    if (model.config().encoder()) {
      return rows;
    }
    float[] all = new float[0];
    for (int at = 0; at < own.length; ) {
      int n = at < 17 ? Math.min(model.maxBatch(), own.length - at) : 1;
      float[] logits =
          model.forward(Arrays.copyOfRange(own, at, at + n), at, cache, Model.Wanted.ALL);
      all = Arrays.copyOf(all, all.length + logits.length);
      System.arraycopy(logits, 0, all, all.length - logits.length, logits.length);
      at += n;
    }
    model.release(cache);
    return all;
  }

  private static double[][] expected(TinyStacks tiny, int[] ids, int[] own) {
    return tiny.plain().decoders == 0 ? tiny.plain().encoded(ids) : tiny.plain().logits(ids, own);
  }

  private static double worst(double[][] expected, float[] actual) {
    int cols = expected[0].length;
    assertEquals(expected.length * cols, actual.length);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i / cols][i % cols] - actual[i]));
    }
    return worst;
  }

  /** A decoder's text may be longer than what it attends to, and the other way. */
  @ParameterizedTest
  @MethodSource("all")
  void computeWhatThePlainTwinComputes(TinyStacks tiny) {
    for (int[] lengths : new int[][] {{1, 1}, {1, 40}, {30, 1}, {9, 23}, {200, 200}}) {
      int[] ids = ids(lengths[0], 3);
      int[] own = ids(lengths[1], 5);
      float[] one = results(load(tiny.model(), 64), ids, own);
      double worst = worst(expected(tiny, ids, own), one);
      assertTrue(worst < TOLERANCE, Arrays.toString(lengths) + " differ by " + worst);
      for (int batch : new int[] {1, 7}) {
        assertArrayEquals(one, results(load(tiny.model(), batch), ids, own), 0f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyNumberAndTensorCounts(TinyStacks tiny) {
    int[] ids = ids(26, 3);
    double[][] expected = expected(tiny, ids, started(tiny, tiny.plain().start));
    for (Map.Entry<String, UnaryOperator<TinyModel>> m : tiny.mutations().entrySet()) {
      Model mutant = load(m.getValue().apply(tiny.model().copy()), 16);
      double off = worst(expected, results(mutant, ids, started(tiny, start(mutant))));
      assertTrue(off > 10 * TOLERANCE, "another " + m.getKey() + " makes only " + off);
    }
  }

  private static int start(Model model) {
    return model.config().stacks().start();
  }

  private static int[] started(TinyStacks tiny, int start) {
    int[] own = OWN.clone();
    own[0] = start;
    return own;
  }

  @ParameterizedTest
  @MethodSource("all")
  void banksAndSlotsGiveTheSameBits(TinyStacks tiny) {
    HeapWeights source = tiny.model().source();
    GgufFile file = TinyModel.header(source);
    int[] ids = ids(26, 3);
    float[] expected = results(load(tiny.model(), 16), ids, OWN);
    int layers = Residency.of(file).config().layers();
    int[] firsts = tiny.plain().decoders == 0 ? new int[] {1} : new int[] {3, 4, 5, layers - 1};
    for (int first : firsts) {
      LayerGroups groups = new LayerGroups(List.of(first, layers - first));
      Banks banks = new Banks(List.of(backend(), backend()), groups);
      try (Model model = ModelLoader.load(file, source, banks, 5, RunControl.NONE)) {
        assertArrayEquals(expected, results(model, ids, OWN), 0f);
      }
    }
    LayerSlots through = CopiedSlots.of(Residency.of(file).layers(), source, 2, CachePolicy.LRU, 1);
    try (Model model = ModelLoader.stream(file, source, backend(), through, 5)) {
      assertArrayEquals(expected, results(model, ids, OWN), 0f);
    }
  }

  /** Each in a batch with others, and with an encoder's rows of its own. */
  @ParameterizedTest
  @MethodSource("decoders")
  void sequencesTogetherGetWhatTheyGetAlone(TinyStacks tiny) {
    Model model = load(tiny.model(), 32);
    List<int[]> texts = List.of(ids(26, 3), ids(1, 4), ids(9, 5));
    List<int[]> own = List.of(ids(7, 6), ids(16, 7), ids(2, 8));
    List<KvCache> caches =
        texts.stream().map(ids -> model.newCache(TinyStacks.CONTEXT, KvType.F32)).toList();
    for (int i = 0; i < 3; i++) {
      encode(model, texts.get(i), caches.get(i));
    }
    List<Model.Feed> feeds =
        List.of(0, 1, 2).stream()
            .map(i -> new Model.Feed(own.get(i), 0, caches.get(i), Model.Wanted.ALL))
            .toList();
    List<float[]> together = model.forward(feeds);
    for (int i = 0; i < 3; i++) {
      float[] alone = results(load(tiny.model(), 32), texts.get(i), own.get(i));
      assertArrayEquals(alone, together.get(i), 0f);
    }
  }

  /** What llama.cpp makes of tied logits is not divided by the width's root, as its authors do. */
  @ParameterizedTest
  @MethodSource("decoders")
  void givesTheProbabilitiesOfLlamaCpp(TinyStacks tiny) {
    double[] expected = LlamaCppTest.recorded().get(tiny.name());
    int[] own = LlamaCppTest.IDS.clone();
    own[0] = tiny.plain().start;
    float[] logits = results(load(tiny.model(), 26), LlamaCppTest.IDS, own);
    float[] last = Arrays.copyOfRange(logits, logits.length - 40, logits.length);
    for (int i = 0; i < last.length && !tiny.model().has("output.weight"); i++) {
      last[i] = (float) (last[i] * Math.sqrt(tiny.plain().hidden));
    }
    assertArrayEquals(expected, LlamaCppTest.softmax(last), LlamaCppTest.TOLERANCE);
  }

  @Test
  void aDecoderNeedsAnEncodedText() {
    Model model = load(decoders().getFirst().model(), 8);
    KvCache cache = model.newCache(8, KvType.F32);
    int[] start = {0};
    assertThrows(
        IllegalStateException.class, () -> model.forward(start, 0, cache, Model.Wanted.LAST));
    Encoding encoding = model.encode(ids(5, 3), cache);
    encoding.step();
    assertThrows(IllegalStateException.class, encoding::rows);
    assertThrows(IllegalStateException.class, () -> model.best(start, 0, cache, 40));
    while (encoding.step()) {}
    assertEquals(40, model.forward(start, 0, cache, Model.Wanted.LAST).length);
    model.encode(ids(2, 3), cache);
    assertThrows(
        IllegalStateException.class, () -> model.forward(start, 0, cache, Model.Wanted.LAST));
  }

  @ParameterizedTest
  @CsvSource({
    "t5.attention.relative_buckets_count, 3",
    "t5.attention.relative_buckets_count, 2",
    "t5.attention.relative_buckets_count, 512",
    "t5.decoder_block_count, 3",
    "t5.decoder_block_count, 1",
    "t5.decoder_start_token_id, 40",
    "t5.decoder_start_token_id, -1",
    "t5.attention.head_count, 5"
  })
  void numbersThatDoNotFitAreRefused(String key, int value) {
    TinyModel model = decoders().getFirst().model().copy().put(key.substring(3), value);
    HeapWeights source = model.source();
    assertThrows(ChordException.class, () -> ModelLoader.inspect(TinyModel.header(source)));
  }

  @ParameterizedTest
  @CsvSource({
    "enc.blk.0.attn_rel_b.weight",
    "dec.blk.0.attn_rel_b.weight",
    "enc.output_norm.weight",
    "dec.output_norm.weight",
    "dec.blk.1.cross_attn_norm.weight",
    "dec.blk.1.cross_attn_k.weight",
    "enc.blk.2.ffn_gate.weight",
    "dec.blk.0.ffn_norm.weight"
  })
  void missingTensorsAreNamed(String name) {
    HeapWeights source = decoders().getFirst().model().copy().without(name).source();
    String message =
        assertThrows(ChordException.class, () -> ModelLoader.inspect(TinyModel.header(source)))
            .getMessage();
    assertTrue(message.contains(name), message);
  }
}
