package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Q4_K_M of tiny models with wide rows: the types that llama.cpp's quantizer chooses for the
 * tensors of the same files. docs/adding-an-architecture.md says how the record is made.
 */
class MixtureTypesTest {
  private static final String RECORD = "/models/llama-cpp-types.tsv";

  /** One of each kind that the choice depends on, and those whose shapes {@code synth} writes. */
  private static final List<String> NAMES =
      List.of(
          "llama",
          "llama 3.2",
          "exaone",
          "bloom",
          "mixtral",
          "qwen3moe",
          "deepseek2",
          "gpt-oss",
          "gemma4",
          "lfm2",
          "lfm2moe",
          "qwen35",
          "granitehybrid with a mixture",
          "nemotron_h",
          "mamba2",
          "rwkv6",
          "rwkv7");

  private static TinyModel model(String name) {
    return WideModels.of(TinyDecoders.named(name).model);
  }

  @Test
  void choosesWhatLlamaCppChooses() throws IOException {
    try (InputStream in = MixtureTypesTest.class.getResourceAsStream(RECORD)) {
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
      Map<String, String> recorded = new TreeMap<>();
      Arrays.stream(lines)
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .forEach(parts -> recorded.put(parts[0], parts[1]));
      for (String name : NAMES) {
        assertEquals(recorded.get(name), written(chosen(model(name))), name);
      }
      assertEquals(NAMES.size(), recorded.size());
    }
  }

  private static Map<String, TensorType> chosen(TinyModel model) {
    return new TreeMap<>(model.types(QuantMixture.Q4_K_M));
  }

  /** Names by type; of layers whose tensors have the same types, the numbers. */
  private static String written(Map<String, TensorType> types) {
    Map<String, List<String>> byType = new TreeMap<>();
    types.forEach(
        (name, type) -> byType.computeIfAbsent(type.name(), t -> new ArrayList<>()).add(name));
    byType.remove(TensorType.F32.name());
    return byType.entrySet().stream()
        .map(entry -> entry.getKey() + ": " + String.join(" ", entry.getValue()))
        .map(text -> text.replace(".weight", "").replace("blk.", ""))
        .collect(Collectors.joining("; "));
  }

  /** Prints the record, with the program {@code types} as argument. */
  public static void main(String[] arguments) throws IOException {
    Path file = Files.createTempFile("tiny", ".gguf");
    Path quantized = Files.createTempFile("tiny", ".q4_k_m.gguf");
    System.out.println(
        "# Types that llama.cpp's quantizer (npm's node-llama-cpp 3.22.1) gives tensors in Q4_K_M, but F32; made by MixtureTypesTest.main.");
    for (String name : NAMES) {
      model(name).source().write(file);
      Process process =
          new ProcessBuilder(arguments[0], file.toString(), quantized.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Map<String, TensorType> types = new TreeMap<>();
      process
          .inputReader(StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split(" "))
          .forEach(parts -> types.put(parts[0], TensorType.byName(parts[1])));
      System.out.println(name + "\t" + written(types));
    }
    Files.delete(file);
    Files.delete(quantized);
  }
}
