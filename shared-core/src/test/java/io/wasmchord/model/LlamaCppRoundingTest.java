package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.QuantMixture;
import io.wasmchord.quant.Recoding;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Models whose logits in Q8_0 are further from llama.cpp's than those of others: who is right?
 * Both round activations, not the same way. The truth is what the weights' values give with
 * activations that are not rounded, where the two agree.
 */
class LlamaCppRoundingTest {
  private static final String RECORD = "/models/llama-cpp-rounding.tsv";
  private static final String HEAD =
      """
      # llama.cpp's logits in Q8_0 of the 40 tokens after each of 26, in parts of 1000, by name of a tiny model and number of the tokens.
      # Made by LlamaCppRoundingTest.main; see docs/adding-an-architecture.md.\
      """;

  private static final int TEXTS = 3;
  private static final LlamaCppLogits FORMAT = LlamaCppLogits.Q8_0;

  private static List<Tiny> models() {
    return TinyDecoders.all().stream()
        .filter(t -> LlamaCppLogitsTest.NOT_IN_Q8.contains(t.name))
        .toList();
  }

  private static int[] ids(int text) {
    int[] ids = LlamaCppLogits.ids();
    Random random = new Random(text);
    return text == 0 ? ids : Arrays.stream(ids).map(id -> random.nextInt(40)).toArray();
  }

  /** A model in float32 whose matrices have the values of Q8_0. */
  private static TinyModel exact(TinyModel tiny) {
    TinyModel exact = tiny.copy();
    tiny.types(QuantMixture.Q8_0)
        .forEach((name, type) -> {
          float[] values = Recoding.decode(type, Recoding.encode(type, tiny.tensor(name)));
          long[] shape = tiny.shape(name).stream().mapToLong(n -> n).toArray();
          exact.values(name, values, shape);
        });
    assertTrue(exact.source().size() > FORMAT.model(tiny).source().size());
    return exact;
  }

  /** Logits after each token. */
  private static List<double[]> logits(TinyModel tiny, int cells, int[] ids) {
    HeapWeights source = tiny.source();
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    try (Model model =
        ModelLoader.load(TinyModel.header(source), source, backend, ids.length, RunControl.NONE)) {
      KvCache cache = model.newCache(cells, KvType.F32);
      float[] all = model.forward(ids, 0, cache, Model.Wanted.ALL);
      int vocabulary = model.config().vocabulary();
      List<double[]> rows = new ArrayList<>();
      for (int at = 0; at < all.length; at += vocabulary) {
        double[] row = new double[vocabulary];
        for (int i = 0; i < vocabulary; i++) {
          row[i] = all[at + i];
        }
        rows.add(row);
      }
      return rows;
    }
  }

  private static List<List<double[]>> recorded(String name) throws IOException {
    try (InputStream in = LlamaCppRoundingTest.class.getResourceAsStream(RECORD)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t"))
          .filter(parts -> parts[0].equals(name))
          .map(parts -> Arrays.stream(parts).skip(2).map(FORMAT::read).toList())
          .toList();
    }
  }

  @Test
  void isAsNearToUnroundedActivationsAsLlamaCpp() throws IOException {
    for (Tiny tiny : models()) {
      TinyModel exact = exact(tiny.model);
      List<List<double[]>> recorded = recorded(tiny.name);
      assertEquals(TEXTS, recorded.size());
      List<Double> ours = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int text = 0; text < TEXTS; text++) {
        List<double[]> truth = logits(exact, tiny.cache, ids(text));
        List<double[]> actual = logits(FORMAT.model(tiny.model), tiny.cache, ids(text));
        for (int i = 0; i < truth.size(); i++) {
          double deviation = LlamaCppLogitsTest.deviation(truth.get(i));
          ours.add(LlamaCppLogitsTest.rms(truth.get(i), actual.get(i)) / deviation);
          theirs.add(
              LlamaCppLogitsTest.rms(truth.get(i), recorded.get(text).get(i)) / deviation);
        }
      }
      long nearer = 0;
      for (int i = 0; i < ours.size(); i++) {
        nearer += ours.get(i) <= theirs.get(i) ? 1 : 0;
      }
      String found =
          String.format(
              "%s in Q8_0: median %.3f, llama.cpp's %.3f of the logits' deviation; nearer at %d of %d",
              tiny, median(ours), median(theirs), nearer, ours.size());
      System.out.println(found);
      assertTrue(median(ours) <= 1.1 * median(theirs), found);
      assertTrue(nearer > 0.4 * ours.size(), found);
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /**
   * Prints the record.
   *
   * @param arguments the program of src/test/llama-cpp and the folder of llama.cpp's backends
   */
  public static void main(String[] arguments) throws IOException {
    System.out.println(HEAD);
    Path file = Files.createTempFile("tiny", ".gguf");
    for (Tiny tiny : models()) {
      FORMAT.model(tiny.model).source().write(file);
      for (int text = 0; text < TEXTS; text++) {
        StringBuilder row = new StringBuilder(tiny.name + "\t" + text);
        for (String line : LlamaCppLogitsTest.lines(arguments, file, ids(text))) {
          double[] logits =
              Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
          row.append("\t").append(FORMAT.written(logits));
        }
        System.out.println(row);
      }
    }
    Files.delete(file);
  }
}
