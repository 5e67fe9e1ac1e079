package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tiny models against llama.cpp's logits at several positions, in float32 and quantized.
 * docs/adding-an-architecture.md says how the record is made.
 */
class LlamaCppLogitsTest {
  private static final String RECORD = "/models/llama-cpp-logits.tsv";
  private static final String HEAD =
      """
      # llama.cpp's logits of the 40 tokens after 8, 17 and 26 of LlamaCppLogits.ids(), in parts of 10000 (f32) or 1000, by name of a
      # tiny model and format: llama.cpp as in npm's node-llama-cpp 3.22.1, CPU, float32 KV cache, no flash attention.
      # Made by LlamaCppLogitsTest.main; see docs/adding-an-architecture.md.\
      """;

  /**
   * An expert a tensor and no gates, which llama.cpp no longer reads; a factor of logits that it
   * takes otherwise than the paper; a Gemma 3n, chunks and windows with other numbers than those
   * that it has fixed; a feed-forward layer that llama.cpp gives what attention adds, in place of
   * the sum.
   */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          "mixtral, an expert a tensor",
          "rwkv7 without gates",
          "minicpm, factors not in the file",
          "gemma3n",
          "llama4",
          "smallthinker, windows of 6",
          "chameleon with norms after");

  /** Wide ones have tensors that only llama.cpp looks at, or one whose shape could be another. */
  private static final Set<String> NOT_WIDENED = Set.of("cogvlm", "spark2_5");

  /** These differ by more than the tolerance in Q8_0; {@link LlamaCppRoundingTest} says why. */
  static final Set<String> NOT_IN_Q8 = Set.of("bailingmoe3", "gemma3n with 22 layers");

  /** Rows of logits by name of a tiny model, in one format. */
  private static Map<String, List<double[]>> recorded(LlamaCppLogits format) {
    return recorded(RECORD, format);
  }

  static Map<String, List<double[]>> recorded(String record, LlamaCppLogits format) {
    try (InputStream in = LlamaCppLogitsTest.class.getResourceAsStream(record)) {
      Map<String, List<double[]>> all = new HashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] parts = line.split("\t");
        if (!line.startsWith("#") && parts[1].equals(format.format())) {
          all.put(parts[0], Arrays.stream(parts).skip(2).map(format::read).toList());
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheLogitsOfLlamaCpp(LlamaCppLogits format) {
    Map<String, List<double[]>> recorded = recorded(format);
    List<String> failed = new ArrayList<>();
    String worst = "";
    double most = 0;
    for (Tiny tiny : TinyDecoders.all()) {
      List<double[]> expected = recorded.get(tiny.name);
      if (expected == null) {
        continue;
      }
      List<double[]> actual = logits(format.model(tiny.compared.apply(tiny.model)), tiny.cache);
      double[] differences = new double[expected.size()];
      for (int i = 0; i < differences.length; i++) {
        differences[i] = rms(expected.get(i), actual.get(i)) / deviation(expected.get(i));
        if (!sameChoice(expected.get(i), actual.get(i), format, differences[i])) {
          failed.add(tiny + ": another token at " + LlamaCppLogits.positions().get(i));
        }
      }
      Arrays.sort(differences);
      if (!format.accepts(differences, hasExperts(tiny))) {
        failed.add(tiny + ": differs by " + Arrays.toString(differences));
      }
      double median = differences[differences.length / 2];
      worst = median > most ? tiny.name : worst;
      most = Math.max(most, median);
    }
    System.out.printf(
        "%s: %d models, rms of logits at most %.2g of their deviation (%s)%n",
        format, recorded.size(), most, worst);
    assertEquals(List.of(), failed);
  }

  @ParameterizedTest
  @EnumSource
  void everyDecoderIsRecorded(LlamaCppLogits format) {
    Set<String> names = TinyDecoders.all().stream().map(t -> t.name).collect(Collectors.toSet());
    names.removeAll(recorded(format).keySet());
    Set<String> missing = new HashSet<>(NOT_COMPARED);
    missing.addAll(
        switch (format) {
          case F32 -> Set.<String>of();
          case Q8_0 -> NOT_IN_Q8;
          case Q4_K -> NOT_WIDENED;
        });
    assertEquals(missing, names);
  }

  private static boolean hasExperts(Tiny tiny) {
    return tiny.model.keys().stream().anyMatch(key -> key.endsWith(".expert_count"));
  }

  /** Whether both take the same token, or one that is nearly as good. */
  private static boolean sameChoice(
      double[] expected, double[] actual, LlamaCppLogits format, double difference) {
    double lost = expected[best(expected)] - expected[best(actual)];
    return lost <= Math.max(4 * difference, format.tie()) * deviation(expected);
  }

  static double deviation(double[] logits) {
    double mean = Arrays.stream(logits).average().orElseThrow();
    return rms(logits, Arrays.stream(logits).map(logit -> mean).toArray());
  }

  static double rms(double[] a, double[] b) {
    assertEquals(a.length, b.length);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum / a.length);
  }

  private static int best(double[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((a, b) -> logits[b] > logits[a] ? b : a)
        .orElseThrow();
  }

  /** The logits at the recorded positions. */
  static List<double[]> logits(TinyModel model, int cells) {
    HeapWeights source = model.source();
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    int[] ids = LlamaCppLogits.ids();
    try (Model loaded =
        ModelLoader.load(TinyModel.header(source), source, backend, ids.length, RunControl.NONE)) {
      return logits(loaded, cells);
    }
  }

  static List<double[]> logits(Model loaded, int cells) {
    int[] ids = LlamaCppLogits.ids();
    KvCache cache = loaded.newCache(cells, KvType.F32);
    float[] all = loaded.forward(ids, 0, cache, Model.Wanted.ALL);
    loaded.release(cache);
    int vocabulary = loaded.config().vocabulary();
    List<double[]> rows = new ArrayList<>();
    for (int position : LlamaCppLogits.positions()) {
      rows.add(
          IntStream.range(position * vocabulary, (position + 1) * vocabulary)
              .mapToDouble(i -> all[i])
              .toArray());
    }
    return rows;
  }

  /**
   * Prints the record.
   *
   * @param arguments the program of src/test/llama-cpp and the folder of llama.cpp's backends
   */
  public static void main(String[] arguments) throws IOException {
    System.out.println(HEAD);
    Path file = Files.createTempFile("tiny", ".gguf");
    try {
      for (Tiny tiny : TinyDecoders.all()) {
        for (LlamaCppLogits format : LlamaCppLogits.values()) {
          TinyModel model = format.model(tiny.compared.apply(tiny.model));
          boolean images = ImageTokens.has(model);
          (images ? ImageTokens.added(model) : model).source().write(file);
          String rows =
              NOT_COMPARED.contains(tiny.name)
                  ? ""
                  : images
                      ? written(format, ImageTokens.lines(arguments, file, LlamaCppLogits.ids()))
                      : rows(format, arguments, file);
          if (rows.isEmpty()) {
            System.err.println(tiny + " in " + format + " is refused");
          } else {
            System.out.println(tiny.name + "\t" + format.format() + "\t" + rows);
          }
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  /**
   * @param more arguments of the program
   */
  static String rows(LlamaCppLogits format, String[] arguments, Path file, String... more)
      throws IOException {
    return written(format, lines(arguments, file, LlamaCppLogits.ids(), more));
  }

  private static String written(LlamaCppLogits format, List<String> lines) {
    return lines.isEmpty()
        ? ""
        : LlamaCppLogits.positions().stream()
            .map(at -> Arrays.stream(lines.get(at).split(" ")).mapToDouble(Double::parseDouble))
            .map(row -> format.written(row.toArray()))
            .collect(Collectors.joining("\t"));
  }

  /**
   * What the program prints after each token; nothing where it fails.
   *
   * @param more arguments of the program
   */
  static List<String> lines(String[] arguments, Path file, int[] tokens, String... more)
      throws IOException {
    String ids = Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(","));
    List<String> command = new ArrayList<>(List.of(arguments[0], arguments[1]));
    command.addAll(List.of(file.toString(), ids));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    return process.onExit().join().exitValue() == 0 ? lines : List.of();
  }
}
