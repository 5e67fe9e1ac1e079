package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.Architectures;
import io.wasmchord.model.residency.Banks;
import io.wasmchord.model.residency.LayerSlots;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every architecture against a plain double-precision computation of a tiny random model, in
 * batches and step by step, resident, in two memories and through slots; and against files that
 * differ from it in one number, which must be told apart.
 */
class ArchitecturesTest {
  private static final double TOLERANCE = 1e-3;
  private static final int[] IDS = ids(26);

  static List<Tiny> decoders() {
    return TinyDecoders.all();
  }

  private static int[] ids(int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (i * i * 7 + 3 * i + 1) % 40;
    }
    return ids;
  }

  @Test
  void geluIsTheAuthors() {
    Map<String, Activation> of = new TreeMap<>();
    for (Tiny tiny : TinyDecoders.all()) {
      Architecture a = Architectures.of(TinyModel.header(tiny.model.source()));
      of.put(a.name(), a.activation());
    }
    for (TinyEncoders tiny : TinyEncoders.all()) {
      Architecture a = Architectures.of(TinyModel.header(tiny.model().source()));
      of.putIfAbsent(a.name(), a.activation());
    }
    for (String erf : List.of("bert", "modern-bert", "falcon", "gptneox")) {
      assertEquals(Activation.GELU_ERF, of.get(erf), erf);
    }
    for (String tanh : List.of("gemma", "gemma3", "gemma-embedding", "gpt2", "phi2", "starcoder")) {
      assertEquals(Activation.GELU, of.get(tanh), tanh);
    }
    assertEquals(Activation.SILU, of.get("nomic-bert"));
    TinyModel neox20b = TinyDecoders.named("gptneox").model;
    HeapWeights source = neox20b.copy().put("block_count", 44).source();
    assertEquals(Activation.GELU, Architectures.of(TinyModel.header(source)).activation());
  }

  private static ComputeBackend backend() {
    return new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
  }

  private static float[] logits(TinyModel tiny, int positions) {
    HeapWeights source = tiny.source();
    try (Model model =
        ModelLoader.load(TinyModel.header(source), source, backend(), 7, RunControl.NONE)) {
      return logits(model, positions);
    }
  }

  private static float[] logits(Model model, int positions) {
    KvCache cache = model.newCache(positions, KvType.F32);
    int vocabulary = model.config().vocabulary();
    float[] all = new float[IDS.length * vocabulary];
    for (int at = 0; at < IDS.length; ) {
      int n = at < 20 ? Math.min(model.maxBatch(), 20 - at) : 1;
      float[] rows =
          model.forward(Arrays.copyOfRange(IDS, at, at + n), at, cache, Model.Wanted.ALL);
      System.arraycopy(rows, 0, all, at * vocabulary, rows.length);
      at += n;
    }
    return all;
  }

  private static double worst(double[][] expected, float[] actual) {
    int cols = expected[0].length;
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i / cols][i % cols] - actual[i]));
    }
    return worst;
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void computesWhatThePlainDecoderComputes(Tiny tiny) {
    double[][] expected = tiny.twin.logits(IDS);
    double worst = worst(expected, logits(tiny.model, tiny.cache));
    assertTrue(worst < TOLERANCE, "differs by " + worst);
    for (Map.Entry<String, TinyModel> mutant : tiny.mutants().entrySet()) {
      double off = worst(expected, logits(mutant.getValue(), tiny.cache));
      assertTrue(off > 3 * TOLERANCE, "another " + mutant.getKey() + " makes only " + off);
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void banksAndSlotsGiveTheSameBits(Tiny tiny) {
    HeapWeights source = tiny.model.source();
    GgufFile file = TinyModel.header(source);
    float[] expected = logits(tiny.model, tiny.cache);
    Banks banks =
        new Banks(List.of(backend(), backend()), Tiny.groups(ModelLoader.inspect(file), 2));
    try (Model model = ModelLoader.load(file, source, banks, 5, RunControl.NONE)) {
      assertArrayEquals(expected, logits(model, tiny.cache), 0f);
    }
    LayerSlots through = CopiedSlots.of(Residency.of(file).layers(), source, 2, CachePolicy.LRU, 1);
    try (Model model = ModelLoader.stream(file, source, backend(), through, 5)) {
      assertArrayEquals(expected, logits(model, tiny.cache), 0f);
    }
  }

  @Test
  void everyKnownArchitectureIsAmongThem() {
    TreeSet<String> tested = new TreeSet<>();
    for (Tiny tiny : decoders()) {
      tested.add(TinyModel.header(tiny.model.source()).metadata().string("general.architecture"));
    }
    for (TinyEncoders tiny : TinyEncoders.all()) {
      tested.add(TinyModel.header(tiny.model().source()).metadata().string("general.architecture"));
    }
    for (TinyStacks tiny : TinyStacks.all()) {
      tested.add(TinyModel.header(tiny.model().source()).metadata().string("general.architecture"));
    }
    TreeSet<String> known = new TreeSet<>();
    Architectures.KNOWN.forEach(a -> known.add(a.name()));
    assertEquals(known, tested);
  }

  @Test
  void anUnknownArchitectureIsRefusedWithTheKnownOnes() {
    HeapWeights source = new TinyModel("mystery").source();
    String message =
        assertThrows(
                UnsupportedModelException.class,
                () -> ModelLoader.inspect(TinyModel.header(source)))
            .getMessage();
    assertTrue(message.contains("'mystery'"), message);
    for (Architecture known : Architectures.KNOWN) {
      assertTrue(message.contains(known.name()), message);
    }
  }

  @Test
  void anUnknownScalingIsRefused() {
    HeapWeights source =
        decoders().getFirst().model.copy().put("rope.scaling.type", "odd").source();
    GgufFile file = TinyModel.header(source);
    assertThrows(
        UnsupportedModelException.class,
        () -> ModelLoader.load(file, source, backend(), RunControl.NONE));
  }

  @Test
  void sectionsThatTextDoesNotTurnAreRefused() {
    for (String name : List.of("qwen2vl", "glm4")) {
      Tiny tiny = TinyDecoders.named(name);
      TinyModel model = tiny.model.copy().putAll("rope.dimension_sections", 1, 1, 1, 1);
      String message =
          assertThrows(
                  UnsupportedModelException.class,
                  () -> ModelLoader.inspect(TinyModel.header(model.source())))
              .getMessage();
      assertTrue(message.contains(name + ".rope.dimension_sections is set"), message);
    }
  }
}
