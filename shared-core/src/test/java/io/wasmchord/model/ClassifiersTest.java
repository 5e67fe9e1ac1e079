package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wasmchord.ReferenceData;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.classification.Ranker;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.NoClassifierException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.model.config.Pooling;
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
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Heads of classifiers and rerankers against plain formulas, and against llama.cpp: its outputs and
 * its tokens of pairs. The record's head says with which version and how; {@link #main} writes the
 * files.
 */
class ClassifiersTest {
  private static final String RECORD = "/models/llama-cpp-classifiers.jsonl";
  private static final double TOLERANCE = 1e-4;

  /** llama.cpp takes GELU from a table of half floats, in its tanh form. */
  private static final double TOLERANCE_OF_GELU = 5e-3;

  private static final List<String> QUERIES = List.of("cat", "ab the cat", "a");
  private static final List<String> DOCUMENTS =
      List.of("the cat sat on the mat", "abba ab", "t12 t13t12", "b".repeat(30));

  static List<TinyClassifiers> classifiers() {
    return TinyClassifiers.all();
  }

  private static Model load(TinyModel tiny) {
    HeapWeights source = tiny.source();
    return ModelLoader.load(
        TinyModel.header(source),
        source,
        new ScalarBackend(new HeapAllocator(), Parallel.SINGLE),
        26,
        RunControl.NONE);
  }

  private static int[] ids(int n) {
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = (i * i * 7 + 3 * i + 1) % 40;
    }
    return ids;
  }

  private static double[] states(Model model, int[] ids, Pooling pooling) {
    KvCache cache = model.newCache(ids.length, KvType.F32);
    Encoding encoding = model.encode(ids, cache);
    while (encoding.step()) {}
    float[] rows = encoding.rows();
    int size = rows.length / ids.length;
    double[] pooled = new double[size];
    int from = pooling == Pooling.LAST ? ids.length - 1 : 0;
    int to = pooling == Pooling.CLS ? 1 : ids.length;
    for (int row = from; row < to; row++) {
      for (int i = 0; i < size; i++) {
        pooled[i] += rows[row * size + i] / (double) (to - from);
      }
    }
    return pooled;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double worst(double[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    return worst;
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void headsGiveWhatThePlainOnesGive(TinyClassifiers tiny) {
    try (Model model = load(tiny.model())) {
      Classifier head = model.config().classifier();
      assertEquals(tiny.pooling(), head.pooling());
      for (int n : new int[] {1, 2, 17, 40}) {
        double[] state = states(model, ids(n), tiny.pooling());
        float[] outputs = model.classified(floats(state));
        assertEquals(head.outputs(), outputs.length);
        double worst = worst(tiny.plain().of(state), outputs);
        assertTrue(worst < TOLERANCE, n + " tokens differ by " + worst);
      }
      float[] two = new float[64];
      System.arraycopy(floats(states(model, ids(5), tiny.pooling())), 0, two, 32, 32);
      float[] both = model.classified(two);
      assertArrayEquals(
          model.classified(Arrays.copyOfRange(two, 32, 64)),
          Arrays.copyOfRange(both, head.outputs(), 2 * head.outputs()),
          0f);
    }
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void everyTensorOfTheHeadCounts(TinyClassifiers tiny) {
    try (Model model = load(tiny.model())) {
      float[] state = floats(states(model, ids(9), tiny.pooling()));
      float[] outputs = model.classified(state);
      int tensors = 0;
      for (String name : tiny.model().names()) {
        if (name.startsWith("cls")) {
          tensors++;
          long[] shape = tiny.model().shape(name).stream().mapToLong(Long::longValue).toArray();
          TinyModel other = tiny.model().copy().random(name, 0.5, 0.5, shape);
          try (Model changed = load(other)) {
            double[] before = new double[outputs.length];
            for (int i = 0; i < before.length; i++) {
              before[i] = outputs[i];
            }
            double off = worst(before, changed.classified(state));
            assertTrue(off > 10 * TOLERANCE, "another " + name + " makes only " + off);
          }
        }
      }
      assertTrue(tensors > 0);
    }
  }

  /**
   * What is recorded of a text.
   *
   * @param query null where it is no pair
   * @param outputs empty of a pair
   */
  private record Case(String model, String query, String document, int[] ids, double[] outputs) {
    @Override
    public String toString() {
      return model + ", " + ids.length + " tokens";
    }
  }

  static List<Case> recorded() {
    try (InputStream in = ClassifiersTest.class.getResourceAsStream(RECORD)) {
      List<Case> all = new ArrayList<>();
      Iterable<JsonNode> lines = () -> read(in);
      for (JsonNode c : lines) {
        if (c.has("model")) {
          all.add(
              new Case(
                  c.get("model").textValue(),
                  c.path("query").textValue(),
                  c.path("document").textValue(),
                  ReferenceData.ints(c.get("ids")),
                  StreamSupport.stream(c.path("outputs").spliterator(), false)
                      .mapToDouble(JsonNode::doubleValue)
                      .toArray()));
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.util.Iterator<JsonNode> read(InputStream in) {
    try {
      return new ObjectMapper().readerFor(JsonNode.class).readValues(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void llamaCppGivesTheSame(Case c) {
    TinyClassifiers tiny = TinyClassifiers.named(c.model);
    GgufFile file = TinyModel.header(tiny.model().source());
    Tokenizer tokenizer = Tokenizers.of(file.metadata());
    try (Model model = load(tiny.model())) {
      if (c.query == null) {
        float[] outputs = model.classified(floats(states(model, c.ids, tiny.pooling())));
        double[] ours = new double[outputs.length];
        double sum = 0;
        for (int i = 0; i < ours.length; i++) {
          ours[i] = model.config().classifier().shares() ? Math.exp(outputs[i]) : outputs[i];
          sum += ours[i];
        }
        for (int i = 0; i < ours.length; i++) {
          ours[i] /= model.config().classifier().shares() ? sum : 1;
        }
        boolean gelu = !c.model.contains("qwen") && !c.model.contains("neo");
        assertArrayEquals(c.outputs, ours, gelu ? TOLERANCE_OF_GELU : TOLERANCE);
      } else {
        Embedder embedder =
            Embedder.of(model, tokenizer, model.config().contextLength(), KvType.F32);
        Ranker ranker = Ranker.of(file.metadata(), tokenizer, embedder);
        assertArrayEquals(c.ids, ranker.tokens(c.query, c.document, false));
      }
    }
  }

  @Test
  void allIsRecorded() {
    List<String> names = recorded().stream().map(Case::model).distinct().toList();
    assertEquals(classifiers().stream().map(TinyClassifiers::name).toList(), names);
  }

  @Test
  void aModelWithoutAHeadSaysSo() {
    try (Model model = load(TinyEncoders.named("bert").model())) {
      NoClassifierException e =
          assertThrows(NoClassifierException.class, () -> model.classified(new float[32]));
      assertEquals("no_classifier", e.code());
      assertTrue(String.valueOf(e.getMessage()).contains("(bert)"), e.getMessage());
    }
  }

  private static void invalid(TinyModel model, String part) {
    InvalidModelException e =
        assertThrows(
            InvalidModelException.class,
            () -> ModelLoader.inspect(TinyModel.header(model.source())));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  @Test
  void headsThatDoNotFitAreRefused() {
    TinyModel bert = TinyClassifiers.named("bert, three numbers").model();
    invalid(
        bert.copy()
            .meta("bert.classifier.output_labels", new GgufValue.Texts(List.of("one", "two"))),
        "bert.classifier.output_labels has 2 entries, but cls.output.weight 3 rows");
    invalid(bert.copy().matrix("cls.output.weight", 31, 3), "cls.output.weight is");
    invalid(bert.copy().matrix("cls.weight", 32, 31), "cls.weight is");
    invalid(bert.copy().random("cls.bias", 0, 1, 31), "cls.bias is");
    invalid(bert.copy().without("cls."), "bert.pooling_type is 4, a reranker's");
    TinyModel nomic = TinyEncoders.named("nomic-bert").model().copy();
    invalid(nomic.matrix("cls.output.weight", 32, 1), "no use in this architecture: cls.output");
  }

  /** Writes the models into a folder, and beside them the record without llama.cpp's part. */
  public static void main(String[] folder) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (TinyClassifiers tiny : classifiers()) {
      tiny.model().source().write(Path.of(folder[0], tiny.name() + ".gguf"));
      for (int n : new int[] {1, 2, 17, 40}) {
        lines.add(
            json.createObjectNode()
                .put("model", tiny.name())
                .set("ids", json.valueToTree(ids(n)))
                .toString());
      }
      boolean pairs = tiny.name().contains("own pieces") || tiny.name().contains("qwen");
      for (String query : pairs ? QUERIES : List.<String>of()) {
        for (String document : DOCUMENTS) {
          if (tiny.name().contains("qwen") && document.contains("t12")) {
            continue; // there llama.cpp lets documents have control tokens
          }
          lines.add(
              json.createObjectNode()
                  .put("model", tiny.name())
                  .put("query", query)
                  .put("document", document)
                  .toString());
        }
      }
    }
    Files.write(Path.of(folder[0], "classifiers.jsonl"), lines);
  }
}
