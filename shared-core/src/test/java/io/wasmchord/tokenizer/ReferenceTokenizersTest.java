package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.ReferenceData;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers of real vocabularies against llama.cpp's ids. */
class ReferenceTokenizersTest {
  private static final String SEPARATOR = "\n__ggml_vocab_test__\n";

  private static final String PREFIX = "ggml-vocab-";
  private static final String SUFFIX = ".gguf.inp";

  @BeforeAll
  static void present() {
    ReferenceData.vectors("tokenizer");
    ReferenceData.models("stories260K.expected.json");
  }

  static Tokenizer load(Path path) {
    HeapWeights file = HeapWeights.read(path);
    return Tokenizers.of(GgufReader.parse(file.bytes(), file.size(), file.name()).metadata());
  }

  private static Tokenizer vocabulary(String name) {
    return load(ReferenceData.vectors("tokenizer/ggml-vocab-" + name + ".gguf"));
  }

  /** The vocabularies that have tests. */
  static List<String> vocabularies() throws IOException {
    try (Stream<Path> files = Files.list(ReferenceData.vectors("tokenizer"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
          .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void givesTheReferenceIds(String name) throws Exception {
    Tokenizer tokenizer = vocabulary(name);
    String path = "tokenizer/ggml-vocab-" + name + ".gguf";
    String[] inputs = Files.readString(ReferenceData.vectors(path + ".inp")).split(SEPARATOR, -1);
    List<String> outputs = Files.readAllLines(ReferenceData.vectors(path + ".out"));
    assertEquals(46, outputs.size());
    for (int i = 0; i < outputs.size(); i++) {
      int[] expected =
          Arrays.stream(outputs.get(i).trim().split(" "))
              .filter(s -> !s.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      String input = inputs[i];
      assertArrayEquals(
          expected, tokenizer.encode(input, false, false), () -> name + ": '" + input + "'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "deepseek-llm"})
  void anyTextSurvivesTheRoundTrip(String name) {
    Tokenizer tokenizer = vocabulary(name);
    RandomText texts = new RandomText(11);
    for (int i = 0; i < 10_000; i++) {
      String text = texts.next(40);
      String whole = RandomText.repaired(text);
      assertEquals(
          name.equals("qwen2") ? Normalizer.normalize(whole, Normalizer.Form.NFC) : whole,
          tokenizer.decode(tokenizer.encode(text, false, false), false));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-spm", "gpt-2"})
  void longRunsComeBack(String name) {
    Tokenizer tokenizer = vocabulary(name);
    for (String unit : List.of("a", " ", "\u20AC")) {
      String text = unit.repeat(300_000);
      assertEquals(text, tokenizer.decode(tokenizer.encode(text, false, false), false));
    }
  }

  @Test
  void storiesPromptsAndTexts() {
    Tokenizer tokenizer = load(ReferenceData.models("stories260K-f32.gguf"));
    JsonNode models =
        ReferenceData.json(ReferenceData.models("stories260K.expected.json")).get("models");
    for (JsonNode c : models.get("stories260K-f32.gguf").get("cases")) {
      assertArrayEquals(
          ReferenceData.ints(c.get("prompt_ids")),
          tokenizer.encode(c.get("prompt").textValue(), true, false));
      StringBuilder text = new StringBuilder();
      Utf8Stream stream = new Utf8Stream();
      for (int id : ReferenceData.ints(c.get("greedy_ids"))) {
        text.append(stream.push(tokenizer.bytes(id, false)));
      }
      assertEquals(c.get("greedy_text").textValue(), text.toString());
    }
  }
}
