package io.wasmchord.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.DemoModel;
import io.wasmchord.ReferenceData;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.RandomFiles;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same model gives the same tokens and the same bits in the browser, on SIMD kernels, and on
 * the JVM, on vectors.
 */
class ParityIT extends BrowserTest {
  private static final int[] WIDE = {1, 20, 300, 41, 5, 66, 270, 8, 99, 10, 511, 0};

  @TempDir private Path folder;
  private EnginePage page;
  private Parity parity;

  @BeforeAll
  void open() {
    page = new EnginePage(chromium, site);
    parity = new Parity(page, models);
  }

  @AfterAll
  void close() {
    page.close();
  }

  static List<String> architectures() {
    return TinyFiles.names();
  }

  static List<String> encoderDecoders() {
    return TinyFiles.encoderDecoders();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyArchitecture(String name) throws IOException {
    int[] prompt = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};
    compare(name, TinyFiles.file(name), prompt, "auto");
  }

  /**
   * An encoder's rows and a decoder's, in several batches, and beyond the farthest bucket. One
   * token alone: what the JVM is given is the prompt, which the encoder sees.
   */
  @ParameterizedTest
  @MethodSource("encoderDecoders")
  void everyEncoderDecoder(String name) throws IOException {
    int[] prompt = new int[170];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = (i * i * 7 + i / 40 + 3 * i + 1) % 40;
    }
    Path file = TinyFiles.file(name).write(folder.resolve("encoder-decoder.gguf"));
    for (String simd : List.of("auto", "none")) {
      compare(file, prompt, 1, simd, 2);
    }
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
    compare(source.write(folder.resolve(name.replaceAll("[ ,]+", "-") + ".gguf")), prompt, simd, 2);
  }

  private void compare(Path file, int[] prompt, String simd, int threads) {
    compare(file, prompt, 4, simd, threads);
  }

  private void compare(Path file, int[] prompt, int count, String simd, int threads) {
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      int[] greedy = GreedyLogits.compute(loaded.model(), prompt, count, (position, rows) -> {});
      parity.compare(file, prompt, greedy, simd, threads);
    }
  }

  @ParameterizedTest
  @CsvSource({"none, 1", "simd128, 1", "simd128, 3", "relaxed, 1", "relaxed, 3"})
  void everyKindOfKernel(String simd, int threads) {
    compare(RandomFiles.path("llama-q4_k_m"), WIDE, simd, threads);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-f16", "llama-q8_0", "qwen2-q4_k_m", "gemma3-q4_k_m"})
  void everyMixtureOfFormats(String name) {
    compare(RandomFiles.path(name), WIDE, "auto", 2);
  }

  @Test
  void demoModel() {
    for (JsonNode c : DemoModel.cases()) {
      if (List.of("capital", "sum").contains(c.get("id").textValue())) {
        parity.compare(
            DemoModel.path(),
            ReferenceData.ints(c.get("prompt_ids")),
            ReferenceData.ints(c.get("greedy_ids")),
            "auto",
            2);
      }
    }
  }
}
