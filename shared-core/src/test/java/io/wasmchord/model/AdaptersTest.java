package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.UnsupportedAdapterException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model.Feed;
import io.wasmchord.model.Model.Wanted;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Place;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Adapters give what their sum with the weights gives, in every architecture. */
class AdaptersTest {
  private static final int[] IDS = {3, 17, 5, 29, 11, 8};
  private static final float SCALE = 0.75f;
  private static final int RANK = 3;

  /** What no adapter can be added to, beside what text has no use for. */
  private static final Set<String> REFUSED =
      Set.of(
          "attn_k_norm",
          "attn_q_norm",
          "ffn_down.N",
          "ffn_gate.N",
          "ffn_up.N",
          "per_layer_token_embd",
          "position_embd",
          "shortconv.conv",
          "ssm_convNd",
          "ssm_norm",
          "time_mix_first",
          "time_mix_vN");

  /** A matrix's factor counts for a weight, and not for what is added to it. */
  private static final Set<String> WITH_FACTORS =
      Set.of("bitnet", "hy_v4", "hy_v4 without an index", "talkie");

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static Model load(HeapWeights source) {
    return ModelLoader.load(TinyModel.header(source), source, backend(), 8, RunControl.NONE);
  }

  private static Adapter load(Model model, HeapWeights adapter) {
    return model.adapters().load(TinyModel.header(adapter), adapter, adapter.name(), 1L << 40);
  }

  private static float[] logits(Model model) {
    KvCache cache = model.newCache(16, KvType.F32);
    float[] logits = model.forward(IDS, 0, cache, Wanted.ALL);
    model.release(cache);
    return logits;
  }

  private static List<AdapterScale> with(Adapter adapter, float scale) {
    return List.of(new AdapterScale(adapter, scale));
  }

  @Test
  void areTheSumOfTheirMatricesAndTheWeights() {
    List<String> different = new ArrayList<>();
    Set<String> refused = new TreeSet<>();
    for (Tiny tiny : TinyDecoders.all()) {
      HeapWeights source = tiny.model.source();
      GgufFile header = TinyModel.header(source);
      try (Model model = load(source)) {
        List<String> applied = applied(model, header, refused);
        Adapter adapter = load(model, TinyAdapters.file(header, 2, RANK, applied));
        model.adapters().use(with(adapter, SCALE));
        double difference = difference(merged(tiny.model, header, applied), logits(model));
        boolean alike = difference < 5e-3;
        if (alike == WITH_FACTORS.contains(tiny.name)) {
          different.add(tiny + ": " + difference);
        }
      }
    }
    assertEquals(List.of(), different);
    assertEquals(new TreeSet<>(REFUSED), refused);
  }

  /** The weights that adapters can be added to; tied embeddings have a test of their own. */
  private static List<String> applied(Model model, GgufFile header, Set<String> refused) {
    List<String> applied = new ArrayList<>();
    for (String name : TinyAdapters.matrices(header)) {
      boolean tied =
          name.equals(WeightNames.TOKEN_EMBEDDING) && header.tensor(WeightNames.OUTPUT) == null;
      try {
        model.adapters().unload(load(model, TinyAdapters.file(header, 1, RANK, List.of(name))));
        if (!tied) {
          applied.add(name);
        }
      } catch (UnsupportedAdapterException e) {
        assertTrue(e.getMessage().contains(name), e.getMessage());
        if (Residency.of(header).place(header.tensor(name)) instanceof Place.Skipped) {
          continue;
        }
        refused.add(
            name.replace(".weight", "").replaceAll("^blk\\.\\d+\\.", "").replaceAll("\\d", "N"));
      }
    }
    return applied;
  }

  private static float[] merged(TinyModel tiny, GgufFile header, List<String> applied) {
    TinyModel sum = tiny.copy();
    TinyAdapters adapter = TinyAdapters.of(header, 2);
    for (String name : applied) {
      adapter.pair(header.tensor(name), RANK);
      float[] a = adapter.tensor(name + ".lora_a");
      float[] b = adapter.tensor(name + ".lora_b");
      boolean embedding = name.equals(WeightNames.TOKEN_EMBEDDING);
      int cols = (int) header.tensor(name).cols();
      int rows =
          (int) (long) header.tensor(name).shape().get(1); // of an expert, where there are several
      float[] weight = tiny.tensor(name).clone();
      for (int i = 0; i < weight.length; i++) {
        int row = i / cols;
        int col = i % cols;
        double more = 0;
        for (int r = 0; r < RANK; r++) {
          more +=
              embedding
                  ? a[row * RANK + r] * b[col * RANK + r]
                  : b[row * RANK + r] * a[(row / rows * RANK + r) * cols + col];
        }
        weight[i] += (float) (SCALE * 1.5 * more);
      }
      sum.values(name, weight, tiny.shape(name).stream().mapToLong(n -> n).toArray());
    }
    try (Model model = load(sum.source())) {
      return logits(model);
    }
  }

  /** Root mean square, beside that of {@code expected}. */
  private static double difference(float[] expected, float[] actual) {
    double difference = 0;
    double all = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - actual[i], 2);
      all += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / all);
  }

  /** A tied head is the embedding as it is in the file. */
  @Test
  void ofATiedEmbeddingChangeTheLookupAlone() {
    TinyModel tied =
        TinyDecoders.all().stream()
            .filter(t -> t.name.equals("gemma2"))
            .findFirst()
            .orElseThrow()
            .model;
    HeapWeights source = tied.source();
    GgufFile header = TinyModel.header(source);
    TinyModel untied = tied.copy();
    untied.values(
        WeightNames.OUTPUT,
        untied.tensor(WeightNames.TOKEN_EMBEDDING),
        untied.shape(WeightNames.TOKEN_EMBEDDING).stream().mapToLong(n -> n).toArray());
    HeapWeights adapter = TinyAdapters.file(header, 2, RANK, List.of(WeightNames.TOKEN_EMBEDDING));
    float[][] logits = new float[2][];
    int at = 0;
    for (HeapWeights file : List.of(source, untied.source())) {
      try (Model model = load(file)) {
        float[] plain = logits(model);
        model.adapters().use(with(load(model, adapter), 1f));
        logits[at++] = logits(model);
        assertFalse(Arrays.equals(plain, logits[at - 1]));
      }
    }
    assertArrayEquals(logits[0], logits[1]);
  }

  private static final List<String> SOME =
      List.of("llama", "phi3", "gemma3", "qwen35", "mixtral", "deepseek2", "lfm2");

  /** The same bits in one memory, in several, and through slots; as they are after unloading. */
  @Test
  void haveTheSameBitsWhereverLayersAre() {
    for (String name : SOME) {
      HeapWeights source = TinyFiles.file(name);
      GgufFile header = TinyModel.header(source);
      HeapWeights adapter = TinyAdapters.file(header, 3, 6, dense(header));
      int layers = ModelLoader.inspect(header).layers();
      LayerMap map = Residency.of(header).layers();
      LayerSlots slots = CopiedSlots.of(map, source, 1, CachePolicy.LRU, 0);
      Banks banks =
          new Banks(List.of(backend(), backend()), new LayerGroups(List.of(1, layers - 1)));
      float[] expected = null;
      for (Model model :
          List.of(
              load(source),
              ModelLoader.load(header, source, banks, 8, RunControl.NONE),
              ModelLoader.stream(header, source, backend(), slots, 8))) {
        try (model) {
          float[] plain = logits(model);
          Adapter loaded = load(model, adapter);
          assertArrayEquals(plain, logits(model), "not chosen");
          model.adapters().use(with(loaded, 1f));
          float[] actual = logits(model);
          expected = expected == null ? actual : expected;
          assertArrayEquals(expected, actual, name);
          assertFalse(Arrays.equals(plain, actual));
          model.adapters().use(with(loaded, 0f));
          assertArrayEquals(plain, logits(model), "0 is nothing");
          model.adapters().use(with(loaded, 1f));
          model.adapters().unload(loaded);
          assertArrayEquals(plain, logits(model), "unloaded");
          assertEquals(0, model.adapters().bytes());
        }
      }
    }
  }

  /** Attention, dense layers and heads that are no experts'. */
  private static List<String> dense(GgufFile header) {
    return TinyAdapters.matrices(header).stream()
        .filter(n ->
            n.equals("output.weight")
                || n.matches("blk\\.\\d+\\.(attn|ffn)_(q|k|v|qkv|output|gate|up|down)\\.weight"))
        .toList();
  }

  /** Sequences of one batch may have different adapters, or scales. */
  @Test
  void belongToSequences() {
    HeapWeights source = TinyFiles.file("qwen2");
    GgufFile header = TinyModel.header(source);
    try (Model model = load(source)) {
      Adapter one = load(model, TinyAdapters.file(header, 3, 6, dense(header)));
      Adapter other = load(model, TinyAdapters.file(header, 4, 2, dense(header).subList(0, 3)));
      List<List<AdapterScale>> sets =
          List.of(
              with(one, 1f),
              List.of(),
              List.of(new AdapterScale(one, 1f), new AdapterScale(other, -0.5f)),
              with(one, 1f));
      List<float[]> alone = new ArrayList<>();
      List<Feed> feeds = new ArrayList<>();
      for (List<AdapterScale> set : sets) {
        KvCache cache = model.newCache(16, KvType.F32);
        model.adapters().use(cache, set);
        alone.add(model.forward(new int[] {7, 9}, 0, cache, Wanted.LAST));
        feeds.add(new Feed(new int[] {7, 9}, 0, cache, Wanted.LAST));
      }
      List<float[]> together = model.forward(feeds);
      for (int i = 0; i < sets.size(); i++) {
        assertArrayEquals(alone.get(i), together.get(i));
      }
      assertArrayEquals(alone.get(0), alone.get(3));
      assertEquals(3, alone.subList(0, 3).stream().map(Arrays::hashCode).distinct().count());
    }
  }

  @Test
  void ofASequenceStayUntilItBeginsAnew() {
    HeapWeights source = TinyFiles.file("llama");
    GgufFile header = TinyModel.header(source);
    try (Model model = load(source)) {
      Adapter adapter = load(model, TinyAdapters.file(header, 3, 6, dense(header)));
      Adapters all = model.adapters();
      KvCache cache = model.newCache(16, KvType.F32);
      float[] plain = model.forward(new int[] {7, 9, 4}, 0, cache, Wanted.LAST);
      model.forward(new int[] {7, 9}, 0, cache, Wanted.NONE);
      assertEquals(2, model.resumesAt(cache, 2));
      all.use(with(adapter, 1f));
      assertFalse(all.current(cache));
      assertEquals(0, model.resumesAt(cache, 2));
      assertArrayEquals(plain, model.forward(new int[] {4}, 2, cache, Wanted.LAST), "goes on");
      float[] adapted = model.forward(new int[] {7, 9, 4}, 0, cache, Wanted.LAST);
      assertFalse(Arrays.equals(plain, adapted));
      assertTrue(all.current(cache));
      assertEquals(3, model.resumesAt(cache, 3));
      all.use(cache, List.of());
      assertEquals(0, model.resumesAt(cache, 3));
      all.useDefault(cache);
      assertEquals(3, model.resumesAt(cache, 3));
      all.use(cache, with(adapter, 1f));
      all.unload(adapter);
      assertThrows(
          InvalidRequestException.class, () -> model.forward(new int[] {7}, 0, cache, Wanted.LAST));
      all.useDefault(cache);
      assertArrayEquals(plain, model.forward(new int[] {7, 9, 4}, 0, cache, Wanted.LAST));
    }
  }

  /** What an encoder made with other adapters is no basis for a decoder. */
  @Test
  void countForEncoders() {
    HeapWeights source = TinyFiles.file(TinyFiles.encoderDecoders().getFirst());
    GgufFile header = TinyModel.header(source);
    try (Model model = load(source)) {
      List<String> weights =
          TinyAdapters.matrices(header).stream().filter(n -> n.contains("attn_q.")).toList();
      Adapter adapter = load(model, TinyAdapters.file(header, 3, 6, weights));
      KvCache cache = model.newCache(16, KvType.F32);
      float[] plain = encodedLogits(model, cache);
      model.adapters().use(with(adapter, 1f));
      assertFalse(model.adapters().current(cache));
      float[] adapted = encodedLogits(model, cache);
      assertTrue(model.adapters().current(cache));
      assertFalse(Arrays.equals(plain, adapted));
    }
  }

  private static float[] encodedLogits(Model model, KvCache cache) {
    Encoding encoding = model.encode(new int[] {7, 9, 4}, cache);
    while (encoding.step()) {}
    return model.forward(new int[] {model.config().stacks().start()}, 0, cache, Wanted.LAST);
  }

  /** float32, or what has the same values in another type. */
  @Test
  void areFloatsWhateverTheirType() {
    HeapWeights source = TinyFiles.file("llama");
    GgufFile header = TinyModel.header(source);
    try (Model model = load(source)) {
      for (TensorType type : List.of(TensorType.F16, TensorType.BF16, TensorType.Q8_0)) {
        TinyAdapters values = TinyAdapters.of(header, 5).type(type);
        values.matrix("output.weight.lora_a", 0.2, header.tensor("output.weight").cols(), 32);
        values.matrix("output.weight.lora_b", 0.2, 32, 40);
        if (header.tensor("output.weight").cols() % type.blockElements() == 0) {
          Adapter adapter = load(model, values.source(type.name()));
          model.adapters().use(with(adapter, 1f));
          assertEquals(4L * 32 * (header.tensor("output.weight").cols() + 40), adapter.bytes());
          assertTrue(Float.isFinite(logits(model)[0]));
        }
      }
    }
  }

  @Test
  void areRefusedWhereThereIsNoRoomOrNoSense() {
    HeapWeights source = TinyFiles.file("llama");
    GgufFile header = TinyModel.header(source);
    HeapWeights file = TinyAdapters.file(header, 3, 6, dense(header));
    GgufFile adapterHeader = TinyModel.header(file);
    try (Model model = load(source)) {
      Adapters all = model.adapters();
      assertThrows(OutOfMemoryException.class, () -> all.load(adapterHeader, file, "narrow", 1000));
      assertEquals(List.of(), all.loaded());
      Adapter adapter = load(model, file);
      long bytes = ModelLoader.adapterBytes(header, source, 8, List.of(adapterHeader));
      assertEquals(bytes, all.bytes());
      assertThrows(InvalidRequestException.class, () -> load(model, file), "its name is taken");
      for (float scale : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 3e38f}) {
        assertThrows(InvalidRequestException.class, () -> all.use(with(adapter, scale)));
      }
      List<AdapterScale> twice =
          List.of(new AdapterScale(adapter, 1f), new AdapterScale(adapter, 2f));
      assertThrows(InvalidRequestException.class, () -> all.use(twice));
      try (Model other = load(source)) {
        assertThrows(InvalidRequestException.class, () -> other.adapters().use(with(adapter, 1f)));
      }
      all.unload(adapter);
      all.unload(adapter);
      assertThrows(InvalidRequestException.class, () -> all.use(with(adapter, 1f)));
      all.use(with(load(model, file), 1f));
    }
  }
}
