package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.ReferenceData;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole models against llama.cpp's logits and greedy tokens, within the tolerances that stand
 * beside them.
 */
class ReferenceModelsTest {
  @BeforeAll
  static void present() {
    ReferenceData.vectors("models");
    ReferenceData.models("stories260K.expected.json");
  }

  private static Model load(Path path, int maxBatch) {
    HeapWeights source = HeapWeights.read(path);
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), source.name());
    return ModelLoader.load(
        file,
        source,
        new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
        maxBatch,
        RunControl.NONE);
  }

  /** The logits of {@code ids}: the first {@code prompt} in batches, the rest one by one. */
  private static float[] logits(Model model, int[] ids, int prompt) {
    return logits(model, ids, prompt, KvType.F32);
  }

  private static float[] logits(Model model, int[] ids, int prompt, KvType type) {
    KvCache cache = model.newCache(ids.length, type);
    int vocabulary = model.config().vocabulary();
    float[] all = new float[ids.length * vocabulary];
    for (int at = 0; at < ids.length; ) {
      int n = at < prompt ? Math.min(model.maxBatch(), prompt - at) : 1;
      float[] rows =
          model.forward(Arrays.copyOfRange(ids, at, at + n), at, cache, Model.Wanted.ALL);
      System.arraycopy(rows, 0, all, at * vocabulary, rows.length);
      at += n;
    }
    return all;
  }

  private static int[] fed(JsonNode expected) {
    int[] prompt = ReferenceData.ints(expected.get("prompt_ids"));
    int[] greedy = ReferenceData.ints(expected.get("greedy_ids"));
    return ReferenceData.fed(prompt, greedy);
  }

  private static void assertGreedy(JsonNode expected, float[] logits, int vocabulary) {
    int[] prompt = ReferenceData.ints(expected.get("prompt_ids"));
    int[] greedy = ReferenceData.ints(expected.get("greedy_ids"));
    int[] actual = new int[greedy.length];
    for (int i = 0; i < greedy.length; i++) {
      int at = (prompt.length - 1 + i) * vocabulary;
      for (int id = 1; id < vocabulary; id++) {
        if (logits[at + id] > logits[at + actual[i]]) {
          actual[i] = id;
        }
      }
    }
    assertArrayEquals(greedy, actual);
  }

  private static void assertClose(float[] expected, float[] actual, double rms, double max) {
    assertEquals(expected.length, actual.length);
    double sum = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double d = Math.abs(expected[i] - actual[i]);
      sum += d * d;
      worst = Math.max(worst, d);
    }
    double root = Math.sqrt(sum / expected.length);
    assertTrue(root <= rms && worst <= max, "rms " + root + ", max " + worst);
  }

  @ParameterizedTest
  @MethodSource("io.wasmchord.ReferenceData#tinyModels")
  void tinyModels(String name) {
    JsonNode expected = ReferenceData.json(ReferenceData.vectors("models/" + name + ".json"));
    int[] ids = fed(expected);
    try (Model model = load(ReferenceData.vectors("models/" + name + ".gguf"), 32)) {
      float[] logits = logits(model, ids, expected.get("prompt_ids").size());
      assertGreedy(expected, logits, model.config().vocabulary());
      float[] exact =
          ReferenceData.floats(ReferenceData.vectors("models/" + name + ".logits-exact.f32"));
      if (name.endsWith("f16")) {
        assertClose(exact, logits, 1e-3, 1e-3);
      } else {
        assertClose(exact, logits, 0.1, 0.6);
        assertClose(
            ReferenceData.floats(ReferenceData.vectors("models/" + name + ".logits.f32")),
            logits,
            0.1,
            0.6);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-f16", "llama-q4_k_m"})
  void smallerCachesStayClose(String name) {
    JsonNode expected = ReferenceData.json(ReferenceData.vectors("models/" + name + ".json"));
    int[] ids = fed(expected);
    int prompt = expected.get("prompt_ids").size();
    try (Model model = load(ReferenceData.vectors("models/" + name + ".gguf"), 32)) {
      float[] exact = logits(model, ids, prompt);
      float[] halves = logits(model, ids, prompt, KvType.F16);
      // where activations are rounded to int8, a half's last bit can move one to the next integer
      double bound = name.endsWith("f16") ? 0.02 : 0.6;
      assertClose(exact, halves, Math.min(bound, 0.1), bound);
      assertGreedy(expected, halves, model.config().vocabulary());
      float[] quants = logits(model, ids, prompt, KvType.Q8_0);
      assertClose(exact, quants, 0.1, 0.6);
      assertFalse(Arrays.equals(exact, halves) || Arrays.equals(halves, quants));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stories260K-f32", "stories260K-f16", "stories260K-q8_0"})
  void stories(String name) {
    JsonNode cases =
        ReferenceData.json(ReferenceData.models("stories260K.expected.json"))
            .get("models")
            .get(name + ".gguf")
            .get("cases");
    try (Model model = load(ReferenceData.models(name + ".gguf"), 32)) {
      for (JsonNode expected : cases) {
        float[] logits = logits(model, fed(expected), expected.get("prompt_ids").size());
        assertGreedy(expected, logits, model.config().vocabulary());
        if (expected.get("id").textValue().equals("once64")) {
          double max = name.endsWith("q8_0") ? 0.6 : 2e-2;
          assertClose(
              ReferenceData.floats(ReferenceData.models(name + ".logits.f32")),
              logits,
              max / 2,
              max);
        }
      }
    }
  }
}
