package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture gives the scalar backend's bits on the vector backend. */
class ArchitectureParityTest {
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};

  @TempDir private Path folder;

  static Stream<String> names() {
    return Stream.concat(TinyFiles.names().stream(), TinyFiles.encoderDecoders().stream());
  }

  static List<String> encoders() {
    return TinyFiles.encoders();
  }

  private static List<Float> logits(Model model, int[] prompt, KvType type) {
    List<Float> all = new ArrayList<>();
    GreedyLogits.compute(
        model,
        prompt,
        5,
        type,
        (position, rows) -> {
          for (float value : rows) {
            all.add(value);
          }
        });
    return all;
  }

  private void compare(HeapWeights source, int[] prompt, KvType type) throws IOException {
    onBoth(
        source,
        (scalar, vectors) ->
            assertEquals(logits(scalar, prompt, type), logits(vectors, prompt, type)));
  }

  /** So far that every cache forgets, and each at another place: batches are of 5 and of 128. */
  @ParameterizedTest
  @CsvSource({
    "gemma2, F32",
    "gemma2, F16",
    "gemma3, F32",
    "olmo2 with windows, F16",
    "lfm2, F32",
    "lfm2 with attention first, F16"
  })
  void vectorsGiveTheScalarBitsFarBeyondAWindow(String name, KvType type) throws IOException {
    int[] prompt = new int[600];
    for (int i = 0; i < prompt.length; i++) {
      prompt[i] = (i * i * 7 + i / 40 + 3 * i + 1) % 40;
    }
    compare(TinyFiles.file(name, 700), prompt, type);
  }

  @ParameterizedTest
  @MethodSource("names")
  void vectorsGiveTheScalarBits(String name) throws IOException {
    compare(TinyFiles.file(name), PROMPT, KvType.F32);
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void vectorsOfTextsToo(String name) throws IOException {
    onBoth(
        TinyFiles.encoder(name),
        (scalar, vectors) -> {
          for (KvType type : List.of(KvType.F32, KvType.F16)) {
            for (int words : new int[] {0, 1, 15, 62}) {
              assertArrayEquals(
                  vector(scalar, name, words, type), vector(vectors, name, words, type), 0f);
            }
          }
        });
  }

  private static float[] vector(Model model, String name, int words, KvType type) {
    return vector(model, TinyFiles.encoder(name), words, type);
  }

  @ParameterizedTest
  @MethodSource("encodersOfAnswers")
  void vectorsOfEncodersOfAnswersToo(String name) throws IOException {
    HeapWeights source = TinyFiles.file(name);
    onBoth(
        source,
        (scalar, vectors) -> {
          for (KvType type : List.of(KvType.F32, KvType.F16)) {
            for (int words : new int[] {0, 1, 15}) {
              assertArrayEquals(
                  vector(scalar, source, words, type), vector(vectors, source, words, type), 0f);
            }
          }
        });
  }

  static Stream<String> encodersOfAnswers() {
    return Stream.concat(TinyFiles.encodersAlone().stream(), TinyFiles.encoderDecoders().stream());
  }

  private static float[] vector(Model model, HeapWeights source, int words, KvType type) {
    Tokenizer tokenizer =
        Tokenizers.of(GgufReader.parse(source.bytes(), source.size(), source.name()).metadata());
    return Embedder.of(model, tokenizer, model.config().contextLength(), type)
        .embed(TinyFiles.text(words), EmbeddingOptions.DEFAULT, RunControl.NONE)
        .vector();
  }

  private void onBoth(HeapWeights source, BiConsumer<Model, Model> check) throws IOException {
    Path file = source.write(folder.resolve("tiny.gguf"));
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load();
        Model scalar =
            ModelLoader.load(
                GgufReader.parse(source.bytes(), source.size(), source.name()),
                source,
                new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
                5,
                RunControl.NONE)) {
      assertTrue(loaded.backend().name().startsWith("vector-"), loaded.backend().name());
      check.accept(scalar, loaded.model());
    }
  }
}
