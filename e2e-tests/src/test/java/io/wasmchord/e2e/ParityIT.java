package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.ReferenceData;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same model gives the same tokens and the same bits in the browser, on SIMD kernels, and on
 * the JVM, on vectors.
 */
class ParityIT extends BrowserTest {
  @TempDir private Path folder;

  private static float[] onTheJvm(Path file, int[] ids) {
    try (LoadedModel loaded = LoadedModel.open(file, 2, RunControl.NONE)) {
      assertTrue(loaded.backendName().startsWith("vector-"), loaded.backendName());
      int vocabulary = loaded.model().config().vocabulary();
      float[] all = new float[ids.length * vocabulary];
      GreedyLogits.compute(
          loaded.model(),
          ids,
          0,
          (at, rows) -> System.arraycopy(rows, 0, all, at * vocabulary, rows.length));
      return all;
    }
  }

  private void compare(Path file, int[] prompt, int[] greedy) {
    compare(file, prompt, greedy, "auto", 2);
  }

  private void compare(Path file, int[] prompt, int[] greedy, String simd, int threads) {
    int[] ids = ReferenceData.fed(prompt, greedy);
    try (EnginePage page = new EnginePage(chromium, site)) {
      BrowserLogits.Result actual =
          BrowserLogits.compute(
              page,
              models.add(file, ModelServer.Behaviour.RANGES),
              new BrowserLogits.Request(
                  Arrays.stream(prompt).boxed().toList(), "all", greedy.length, simd, threads));
      assertEquals(Arrays.stream(greedy).boxed().toList(), actual.greedy());
      assertArrayEquals(onTheJvm(file, ids), actual.floats(), 0f);
    }
  }

  @ParameterizedTest
  @MethodSource("io.wasmchord.ReferenceData#tinyModels")
  void tinyModels(String name) {
    JsonNode expected = ReferenceData.json(ReferenceData.vectors("models/" + name + ".json"));
    compare(
        ReferenceData.vectors("models/" + name + ".gguf"),
        ReferenceData.ints(expected.get("prompt_ids")),
        ReferenceData.ints(expected.get("greedy_ids")));
  }

  static List<String> architectures() {
    return TinyFiles.names();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyArchitecture(String name) throws IOException {
    int[] prompt = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};
    compare(name, TinyFiles.file(name), prompt, "auto");
  }

  /**
   * So far that layers with a window, and convolutions, forget: 3, 5 or 6, and 128 + 256, are less
   * than 500.
   */
  @ParameterizedTest
  @CsvSource({
    "gemma2, auto",
    "gemma3, simd128",
    "olmo2 with windows, auto",
    "gemma2, none",
    "lfm2, auto",
    "lfm2, none",
    "lfm2 with attention first, simd128"
  })
  void farBeyondAWindow(String name, String simd) throws IOException {
    int[] prompt = new int[500];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = (i * i * 7 + i / 40 + 3 * i + 1) % 40;
    }
    compare(name, TinyFiles.file(name, 600), prompt, simd);
  }

  private void compare(String name, HeapWeights source, int[] prompt, String simd)
      throws IOException {
    Path file = source.write(folder.resolve(name.replace(' ', '-') + ".gguf"));
    try (LoadedModel loaded = LoadedModel.open(file, 2, RunControl.NONE)) {
      int[] greedy = GreedyLogits.compute(loaded.model(), prompt, 4, (position, rows) -> {});
      compare(file, prompt, greedy, simd, 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"none, 1", "simd128, 1", "simd128, 3", "relaxed, 1", "relaxed, 3"})
  void everyKindOfKernel(String simd, int threads) {
    String name = "llama-q4_k_m";
    JsonNode expected = ReferenceData.json(ReferenceData.vectors("models/" + name + ".json"));
    compare(
        ReferenceData.vectors("models/" + name + ".gguf"),
        ReferenceData.ints(expected.get("prompt_ids")),
        ReferenceData.ints(expected.get("greedy_ids")),
        simd,
        threads);
  }

  @Test
  void storiesGoldenText() {
    JsonNode c =
        ReferenceData.json(ReferenceData.models("stories260K.expected.json"))
            .get("models")
            .get("stories260K-q8_0.gguf")
            .get("cases")
            .get(0);
    compare(
        ReferenceData.models("stories260K-q8_0.gguf"),
        ReferenceData.ints(c.get("prompt_ids")),
        ReferenceData.ints(c.get("greedy_ids")));
  }

  @Test
  void demoModel() {
    Path file = Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
    JsonNode expected =
        ReferenceData.json(file.resolveSibling("wasm-chord-demo-q4_k_m.expected.json"));
    for (JsonNode c : expected.get("cases")) {
      if (List.of("capital", "sum").contains(c.get("id").textValue())) {
        compare(
            file, ReferenceData.ints(c.get("prompt_ids")), ReferenceData.ints(c.get("greedy_ids")));
      }
    }
  }
}
