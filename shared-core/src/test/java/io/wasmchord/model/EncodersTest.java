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
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.errors.ChordException;
import io.wasmchord.errors.EmbeddingOnlyException;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.Pooling;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
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
 * Encoders against a plain double-precision computation of tiny random models, for texts of several
 * lengths and in batches of several sizes; and against files that differ from them in one number.
 */
class EncodersTest {
  private static final double TOLERANCE = 1e-4;

  static List<TinyEncoders> encoders() {
    return TinyEncoders.all();
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static int[] ids(int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (i * i * 7 + 3 * i + 1) % 40;
    }
    return ids;
  }

  private static Model load(TinyModel tiny, int batch) {
    HeapWeights source = tiny.source();
    return ModelLoader.load(TinyModel.header(source), source, backend(), batch, RunControl.NONE);
  }

  private static float[] rows(Model model, int[] ids) {
    KvCache cache = model.newCache(ids.length, KvType.F32);
    Encoding encoding = model.encode(ids, cache);
    int steps = 1;
    while (encoding.step()) {
      steps++;
    }
    model.release(cache);
    assertEquals(model.config().layers(), steps);
    return encoding.rows();
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double worst(double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return worst;
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void computeWhatThePlainOneComputes(TinyEncoders tiny) {
    for (int n : new int[] {1, 2, 5, 17, 64}) {
      float[] one = rows(load(tiny.model(), 64), ids(n));
      double worst = worst(flat(tiny.plain().hidden(ids(n))), one);
      assertTrue(worst < TOLERANCE, n + " tokens differ by " + worst);
      for (int batch : new int[] {1, 7, 16}) {
        assertArrayEquals(one, rows(load(tiny.model(), batch), ids(n)), 0f);
      }
    }
  }

  /** Texts of different lengths in a batch, also beside others, and in two memories. */
  @ParameterizedTest
  @MethodSource("encoders")
  void severalTextsTogetherGetWhatTheyGetAlone(TinyEncoders tiny) {
    HeapWeights source = tiny.model().source();
    Banks banks =
        new Banks(
            List.of(backend(), backend()), new LayerGroups(List.of(1, tiny.plain().layers - 1)));
    List<int[]> texts =
        List.of(ids(5), ids(1), Arrays.copyOfRange(ids(40), 7, 40), ids(17), ids(1));
    List<Model> models =
        List.of(
            load(tiny.model(), 64),
            ModelLoader.load(TinyModel.header(source), source, banks, 57, RunControl.NONE));
    for (Model model : models) {
      List<KvCache> caches =
          texts.stream().map(ids -> model.newCache(ids.length, KvType.F32)).toList();
      Encoding together = model.encode(texts, caches);
      while (together.step()) {}
      int at = 0;
      for (int[] text : texts) {
        float[] alone = rows(model, text);
        float[] own = Arrays.copyOfRange(together.rows(), at, at + alone.length);
        assertArrayEquals(alone, own, 0f);
        at += alone.length;
      }
      assertEquals(at, together.rows().length);
    }
  }

  @Test
  void textsBeyondABatchAreRefused() {
    Model bert = load(TinyEncoders.named("bert").model(), 8);
    KvCache cache = bert.newCache(8, KvType.F32);
    List<KvCache> two = List.of(cache, bert.newCache(8, KvType.F32));
    assertThrows(IllegalArgumentException.class, () -> bert.encode(List.of(ids(5), ids(4)), two));
    assertThrows(
        IllegalArgumentException.class,
        () -> bert.encode(List.of(ids(2), ids(2)), List.of(cache, cache)));
    HeapWeights llama = TinyDecoders.named("llama").model.source();
    Model decoder = ModelLoader.load(TinyModel.header(llama), llama, backend(), 8, RunControl.NONE);
    List<KvCache> caches =
        List.of(decoder.newCache(8, KvType.F32), decoder.newCache(8, KvType.F32));
    assertThrows(
        IllegalArgumentException.class, () -> decoder.encode(List.of(ids(2), ids(2)), caches));
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void everyNumberOfTheFileCounts(TinyEncoders tiny) {
    String text = TinyFiles.text(15);
    float[] vector = vector(tiny.model(), text);
    double worst = worst(expected(tiny, text), vector);
    assertTrue(worst < TOLERANCE, "differs by " + worst);
    for (Map.Entry<String, UnaryOperator<TinyModel>> m : tiny.mutations().entrySet()) {
      float[] other = vector(m.getValue().apply(tiny.model().copy()), text);
      double off = worst(expected(tiny, text), other);
      assertTrue(off > 10 * TOLERANCE, "another " + m.getKey() + " makes only " + off);
    }
  }

  private static float[] vector(TinyModel tiny, String text) {
    try (Model model = load(tiny, 8)) {
      return Embedder.of(
              model,
              Tokenizers.of(TinyModel.header(tiny.source()).metadata()),
              TinyEncoders.CONTEXT,
              KvType.F32)
          .embed(text, EmbeddingOptions.DEFAULT, RunControl.NONE)
          .vector();
    }
  }

  private static double[] expected(TinyEncoders tiny, String text) {
    int[] ids =
        Tokenizers.of(TinyModel.header(tiny.model().source()).metadata()).encode(text, true, false);
    double[][] hidden = tiny.plain().hidden(ids);
    double[] pooled = hidden[0].clone();
    if (tiny.pooling() == Pooling.MEAN) {
      for (int i = 0; i < pooled.length; i++) {
        int column = i;
        pooled[i] = Arrays.stream(hidden).mapToDouble(row -> row[column]).average().orElseThrow();
      }
    }
    double[] after = tiny.plain().afterPooling(pooled);
    double length = Math.sqrt(Arrays.stream(after).map(v -> v * v).sum());
    return Arrays.stream(after).map(v -> v / length).toArray();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void banksAndSlotsGiveTheSameBits(TinyEncoders tiny) {
    HeapWeights source = tiny.model().source();
    GgufFile file = TinyModel.header(source);
    int[] ids = ids(23);
    float[] expected = rows(load(tiny.model(), 64), ids);
    Banks banks =
        new Banks(
            List.of(backend(), backend()), new LayerGroups(List.of(1, tiny.plain().layers - 1)));
    try (Model model = ModelLoader.load(file, source, banks, 9, RunControl.NONE)) {
      assertArrayEquals(expected, rows(model, ids), 0f);
      assertArrayEquals(expected, rows(model, ids), 0f);
    }
    LayerMap layers = Residency.of(file).layers();
    LayerSlots through = CopiedSlots.of(layers, source, 2, CachePolicy.LRU, 1);
    try (Model model = ModelLoader.stream(file, source, backend(), through, 9)) {
      assertArrayEquals(expected, rows(model, ids), 0f);
    }
  }

  @Test
  void theCacheHoldsOneLayer() {
    try (Model model = load(TinyEncoders.named("bert").model(), 8)) {
      assertEquals(1, model.newCache(10, KvType.F32).spec().layers().size());
    }
  }

  @Test
  void thereAreNoLogits() {
    try (Model model = load(TinyEncoders.named("bert").model(), 8)) {
      KvCache cache = model.newCache(4, KvType.F32);
      EmbeddingOnlyException e =
          assertThrows(
              EmbeddingOnlyException.class,
              () -> model.forward(new int[] {1}, 0, cache, Model.Wanted.LAST));
      assertEquals("embedding_only", e.code());
      assertTrue(String.valueOf(e.getMessage()).contains("chord embed"), e.getMessage());
    }
  }

  private static void refused(TinyModel model, String... parts) {
    ChordException e =
        assertThrows(
            UnsupportedModelException.class,
            () -> ModelLoader.inspect(TinyModel.header(model.source())));
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    TinyModel bert = TinyEncoders.named("bert").model();
    invalid(bert.copy().put("pooling_type", 4), "bert.pooling_type is 4, a reranker's");
    refused(bert.copy().put("pooling_type", 9), "bert.pooling_type is 9");
    refused(bert.copy().put("attention.causal", true), "bert.attention.causal is true");
    TinyModel llama = TinyDecoders.named("llama").model;
    TinyModel gemma = TinyDecoders.named("gemma3").model;
    refused(gemma.copy().put("attention.causal", false), "gemma3.attention.causal is false");
    invalid(llama.copy().put("pooling_type", 4), "llama.pooling_type is 4, a reranker's");
  }

  private static void invalid(TinyModel model, String part) {
    InvalidModelException e =
        assertThrows(
            InvalidModelException.class,
            () -> ModelLoader.inspect(TinyModel.header(model.source())));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "bert, token_embd_norm.weight",
    "bert, blk.1.layer_output_norm.weight",
    "modern-bert, output_norm.weight",
    "modern-bert, blk.1.attn_norm.weight",
    "modern-bert, blk.0.attn_qkv.weight",
    "modern-bert, blk.0.ffn_norm.weight",
    "gemma-embedding, output_norm.weight",
    "gemma-embedding, blk.0.attn_norm.weight",
    "gemma-embedding, blk.0.attn_k_norm.weight",
    "gemma-embedding, blk.6.post_ffw_norm.weight",
    "gemma-embedding with dense layers, dense_2.weight",
    "gemma-embedding with dense layers, dense_3.weight"
  })
  void missingTensorsAreNamed(String encoder, String name) {
    TinyModel model = TinyEncoders.named(encoder).model().copy().without(name);
    boolean fused = name.contains("attn_qkv"); // else there would be one for each
    invalid(model, fused ? "blk.0.attn_q.weight" : name);
  }

  @ParameterizedTest
  @CsvSource({
    "dense_2_feat_out, 63, dense_3_feat_in is 64",
    "dense_2_feat_in, 31, dense_2_feat_in is 31",
    "dense_3_feat_in, 65, dense_3_feat_in is 65",
    "dense_3_feat_out, 16, dense_3_feat_out is 16",
    "dense_2_feat_out, 0, dense_2_feat_out is 0",
    "dense_2_feat_out, 2000000000, dense_2_feat_out is 2000000000"
  })
  void layersAfterPoolingMustFit(String key, int value, String says) {
    TinyModel model = TinyEncoders.named("gemma-embedding with dense layers").model().copy();
    invalid(model.put(key, value), "gemma-embedding." + says);
  }

  @Test
  void layersAfterPoolingMustHaveTheirShapes() {
    TinyModel gemma = TinyEncoders.named("gemma-embedding with dense layers").model();
    TinyModel narrow = gemma.copy().put("dense_2_feat_out", 48).put("dense_3_feat_in", 48);
    invalid(narrow, "dense_2.weight is");
    TinyModel unsaid = gemma.copy();
    unsaid.keys().removeIf(key -> key.contains(".dense_"));
    ChordException e =
        assertThrows(
            ChordException.class, () -> ModelLoader.inspect(TinyModel.header(unsaid.source())));
    assertTrue(String.valueOf(e.getMessage()).contains("gemma-embedding.dense_2_feat_out"));
    TinyModel modern = TinyEncoders.named("modern-bert").model().copy();
    invalid(modern.matrix("dense_2.weight", 32, 64), "no use in this architecture: dense_2.weight");
  }

  @Test
  void everyTokensVectorGoesThroughTheLayersAfterPooling() {
    TinyEncoders tiny = TinyEncoders.named("gemma-embedding with dense layers");
    EmbeddingOptions each = new EmbeddingOptions(Pooling.NONE, false, false);
    try (Model model = load(tiny.model(), 8)) {
      Tokenizer tokenizer = Tokenizers.of(TinyModel.header(tiny.model().source()).metadata());
      String text = TinyFiles.text(19);
      List<float[]> vectors =
          Embedder.of(model, tokenizer, TinyEncoders.CONTEXT, KvType.F32)
              .embed(text, each, RunControl.NONE)
              .vectors();
      double[][] hidden = tiny.plain().hidden(tokenizer.encode(text, true, false));
      assertEquals(hidden.length, vectors.size());
      for (int t = 0; t < hidden.length; t++) {
        double worst = worst(tiny.plain().afterPooling(hidden[t]), vectors.get(t));
        assertTrue(worst < 10 * TOLERANCE, "token " + t + " differs by " + worst);
      }
    }
  }

  @Test
  void anUnknownActivationIsRefused() {
    TinyModel modern = TinyEncoders.named("modern-bert").model().copy();
    refused(modern.put("hidden_activation", "relu"), "modern-bert.hidden_activation is 'relu'");
  }
}
