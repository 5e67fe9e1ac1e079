package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.ReferenceData;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The vectors of tiny embedding models against llama.cpp's, from text on: tokens, what is put
 * around them, and pooling are the file's. The record's head says with which version and how;
 * {@link #main} writes the files.
 */
class LlamaCppVectorsTest {
  private static final String RECORD = "/models/llama-cpp-vectors.jsonl";

  /** Measured: 1e-6. */
  private static final double TOLERANCE = 1e-5;

  /**
   * Of values around 1. llama.cpp takes the tanh form of GELU, from a table of half floats, where
   * the authors of bert and modern-bert have the one with erf.
   */
  private static final double TOLERANCE_OF_GELU = 2e-3;

  /** The name under which {@link #PIECES} stand in the record. */
  private static final String CUT = "word pieces";

  /** A vocabulary that tells apart what might be done to {@link #TEXTS}. */
  private static final List<String> PIECES =
      List.of(
          "[PAD]",
          "[UNK]",
          "[CLS]",
          "[SEP]",
          "[MASK]",
          "cafe",
          "caf\u00E9",
          "un",
          "##aff",
          "##able",
          "a",
          "##a",
          "##b",
          "!",
          "-",
          "'",
          "$",
          "\u20AC",
          "\u2122",
          "\u4E2D",
          "\u6587",
          "\uFF42",
          "x",
          "##x",
          "\u03C3",
          "##\u03C3",
          "##\u03C2",
          "\u00DF",
          "ss",
          "i",
          "##s",
          "\u0131",
          "\u3042",
          "##\u3044",
          "##\u0301",
          "[",
          "]",
          "mask",
          "\u00BF",
          "\u3002");

  /** Where llama.cpp does as BERT; {@code WpmTokenizer} says where not. */
  private static final List<String> TEXTS =
      List.of(
          "",
          " \t\n",
          "Unaffable unaffableness",
          "caf\u00E9 CAFE\u0301 Cafe",
          "\u4E2D\u6587a\u3002\u4E2D",
          "\u1EA4 A\u0302\u0301 \uFF41",
          "a!-'$a\u20ACa\u2122",
          "a\u00A0a\u3000a\u200Ba\u00ADa",
          "\u03A3\u03C3\u03C2 \u00DF \u1E9E \u0130 \u0131 I",
          "\u3042\u3044\u3044 \u3042",
          "[MASK] [mask]",
          "a\u0000a\u0007a\uFFFDa\uE000a",
          "\u00BFa? \uD83D\uDE00a \uD83D\uDE00",
          "a" + "b".repeat(99) + " x" + "b".repeat(98));

  /** Writes the models into a folder, and beside them the record without llama.cpp's part. */
  public static void main(String[] folder) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    Map<String, TinyModel> models = new LinkedHashMap<>(VectorModels.all());
    models.put(CUT, vocabulary());
    for (Map.Entry<String, TinyModel> model : models.entrySet()) {
      write(model.getValue(), Path.of(folder[0], model.getKey() + ".gguf"));
      for (String text :
          model.getKey().equals(CUT) ? TEXTS : VectorModels.texts(model.getValue())) {
        lines.add(
            json.createObjectNode().put("model", model.getKey()).put("text", text).toString());
      }
    }
    Files.write(Path.of(folder[0], "texts.jsonl"), lines);
  }

  /**
   * A text of the record.
   *
   * @param ids llama.cpp's tokens; of {@link #CUT}, without what is put around them
   * @param vector empty for {@link #CUT}
   */
  private record Case(String model, String text, int[] ids, double[] vector) {
    @Override
    public String toString() {
      return model + ", " + ids.length + " tokens";
    }
  }

  static List<Case> cases() {
    return recorded().stream().filter(c -> c.vector.length > 0).toList();
  }

  static List<Case> cuts() {
    return recorded().stream().filter(c -> c.model.equals(CUT)).toList();
  }

  private static List<Case> recorded() {
    try (InputStream in = LlamaCppVectorsTest.class.getResourceAsStream(RECORD)) {
      List<Case> all = new ArrayList<>();
      for (JsonNode c : (Iterable<JsonNode>) () -> read(in)) {
        if (c.has("model")) {
          all.add(
              new Case(
                  c.get("model").textValue(),
                  c.get("text").textValue(),
                  ReferenceData.ints(c.get("ids")),
                  numbers(c.path("vector"))));
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Iterator<JsonNode> read(InputStream in) {
    try {
      return new ObjectMapper().readerFor(JsonNode.class).readValues(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheVectorsOfLlamaCpp(Case c) {
    HeapWeights source = VectorModels.all().get(c.model).source();
    GgufFile file = TinyModel.header(source);
    Tokenizer tokenizer = Tokenizers.of(file.metadata());
    assertArrayEquals(c.ids, tokenizer.encode(c.text, true, false));
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    try (Model model = ModelLoader.load(file, source, backend, 26, RunControl.NONE)) {
      float[] vector =
          Embedder.of(model, tokenizer, model.config().contextLength(), KvType.F32)
              .embed(c.text, new EmbeddingOptions(null, false, false), RunControl.NONE)
              .vector();
      assertEquals(c.vector.length, vector.length);
      double tolerance = hasGelu(c.model) ? TOLERANCE_OF_GELU : TOLERANCE;
      for (int i = 0; i < vector.length; i++) {
        assertEquals(c.vector[i], vector[i], tolerance, "value " + i);
      }
    }
  }

  private static boolean hasGelu(String model) {
    return Stream.of("bert", "modern-bert", "gemma", "jina-bert", "nomic-bert-moe", "t5")
            .anyMatch(model::startsWith)
        && !model.contains("silu")
        && !model.contains("relu");
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void cutsTextsAsLlamaCpp(Case c) {
    Tokenizer tokenizer = Tokenizers.of(TinyModel.header(vocabulary().source()).metadata());
    assertArrayEquals(c.ids, tokenizer.encode(c.text, false, false));
  }

  @Test
  void everyTextIsRecorded() {
    List<String> models = cases().stream().map(Case::model).distinct().toList();
    assertEquals(List.copyOf(VectorModels.all().keySet()), models);
    assertEquals(TEXTS, cuts().stream().map(Case::text).toList());
  }

  private static TinyModel vocabulary() {
    return TinyEncoders.named("bert").model().copy().wordPieces(TinyEncoders.spelled(PIECES));
  }

  private static void write(TinyModel model, Path path) throws IOException {
    HeapWeights source = model.source();
    byte[] bytes = new byte[(int) source.size()];
    source.view(0, source.size()).getBytes(0, bytes, 0, bytes.length);
    Files.write(path, bytes);
  }
}
