package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Tiny models with two adapters, one of float32 and one of float16, against llama.cpp's logits.
 * docs/adding-an-architecture.md says how the record is made.
 */
class LlamaCppAdaptersTest {
  private static final String RECORD = "/models/llama-cpp-adapters.tsv";
  private static final String HEAD =
      """
      # llama.cpp's logits of tiny models with two adapters, after 8, 17 and 26 of LlamaCppLogits.ids(), as in llama-cpp-logits.tsv.
      # Made by LlamaCppAdaptersTest.main; see docs/adding-an-architecture.md.\
      """;

  /** Not those with latent attention, where llama.cpp leaves adapters out. */
  private static final List<String> NAMES =
      List.of(
          "llama",
          "qwen2",
          "qwen3",
          "gemma2",
          "gemma3",
          "phi3",
          "gpt2",
          "falcon",
          "lfm2",
          "qwen35",
          "granitemoe",
          "mixtral",
          "qwen3moe",
          "llama4 of 8192",
          "gpt-oss",
          "nemotron_h_moe",
          "bitnet");

  private static final float[] SCALES = {0.75f, -0.5f};

  private static List<Tiny> models() {
    return TinyDecoders.all().stream().filter(t -> NAMES.contains(t.name)).toList();
  }

  /** The weights of layers whose products llama.cpp adds to, and what is outside of them. */
  private static List<String> weights(GgufFile model) {
    boolean tied = model.tensor(WeightNames.OUTPUT) == null;
    return TinyAdapters.matrices(model).stream()
        .filter(
            n -> n.matches("blk\\.\\d+\\.(attn|ffn)_[a-z0-9_]+\\.weight") || !n.startsWith("blk."))
        .filter(n -> !n.matches(".*(norm|_inp|position_embd|per_layer).*"))
        .filter(n -> !scaledAfterwards(model, n))
        .filter(n -> !n.equals(WeightNames.TOKEN_EMBEDDING) || !tied)
        .toList();
  }

  /**
   * Whether llama.cpp multiplies what an adapter adds by the matrix' factor too. It does so in dense
   * layers, for gate and up alone; its build_ffn says itself that this is incorrect.
   */
  private static boolean scaledAfterwards(GgufFile model, String name) {
    return name.matches(".*ffn_(gate|up)\\.weight")
        && model.tensor(name.replace(".weight", ".scale")) != null;
  }

  private static List<HeapWeights> adapters(GgufFile model) {
    TinyAdapters second = TinyAdapters.of(model, 2).type(TensorType.F16);
    weights(model).forEach(name -> second.pair(model.tensor(name), 5));
    return List.of(
        TinyAdapters.file(model, 1, 3, weights(model)), second.source("without-alpha.gguf"));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "Q4_K")
  void givesTheLogitsOfLlamaCpp(LlamaCppLogits format) {
    Map<String, List<double[]>> recorded = LlamaCppLogitsTest.recorded(RECORD, format);
    List<String> failed = new ArrayList<>();
    for (Tiny tiny : models()) {
      HeapWeights source = format.model(tiny.model).source();
      GgufFile header = TinyModel.header(source);
      ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
      try (Model model = ModelLoader.load(header, source, backend, 26, RunControl.NONE)) {
        List<double[]> plain = LlamaCppLogitsTest.logits(model, tiny.cache);
        List<AdapterScale> chosen = new ArrayList<>();
        for (HeapWeights file : adapters(header)) {
          Adapter adapter =
              model.adapters().load(TinyModel.header(file), file, file.name(), Long.MAX_VALUE);
          chosen.add(new AdapterScale(adapter, SCALES[chosen.size()]));
        }
        model.adapters().use(chosen);
        List<double[]> actual = LlamaCppLogitsTest.logits(model, tiny.cache);
        List<double[]> expected = recorded.get(tiny.name);
        double[] differences = new double[expected.size()];
        for (int i = 0; i < differences.length; i++) {
          double deviation = LlamaCppLogitsTest.deviation(expected.get(i));
          differences[i] = LlamaCppLogitsTest.rms(expected.get(i), actual.get(i)) / deviation;
          assertTrue(LlamaCppLogitsTest.rms(plain.get(i), actual.get(i)) > 0.2 * deviation);
        }
        Arrays.sort(differences);
        if (!format.accepts(differences, false)) {
          failed.add(tiny + ": differs by " + Arrays.toString(differences));
        }
      }
    }
    assertEquals(List.of(), failed);
  }

  /**
   * Prints the record.
   *
   * @param arguments the program of src/test/llama-cpp and the folder of llama.cpp's backends
   */
  public static void main(String[] arguments) throws IOException {
    System.out.println(HEAD);
    Path folder = Files.createTempDirectory("tiny");
    for (Tiny tiny : models()) {
      for (LlamaCppLogits format : List.of(LlamaCppLogits.F32, LlamaCppLogits.Q8_0)) {
        HeapWeights model = format.model(tiny.model).source();
        List<HeapWeights> adapters = adapters(TinyModel.header(model));
        String rows =
            LlamaCppLogitsTest.rows(
                format,
                arguments,
                model.write(folder.resolve("model.gguf")),
                adapters.get(0).write(folder.resolve("a.gguf")).toString(),
                String.valueOf(SCALES[0]),
                adapters.get(1).write(folder.resolve("b.gguf")).toString(),
                String.valueOf(SCALES[1]));
        if (rows.isEmpty()) {
          System.err.println(tiny + " in " + format + " is refused");
        } else {
          System.out.println(tiny.name + "\t" + format.format() + "\t" + rows);
        }
      }
    }
  }
}
