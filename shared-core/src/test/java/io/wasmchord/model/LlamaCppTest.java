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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tiny models against llama.cpp: the probabilities of the token after {@link #IDS}, as
 * llama.cpp computed them from the same files. The record's head says with which version and how;
 * {@link #main} writes the files.
 */
class LlamaCppTest {
  static final int[] IDS = ids();
  private static final String RECORD = "/models/llama-cpp.tsv";

  /** llama.cpp takes GELU from a table of half floats; where there is none, all agree to 1e-6. */
  static final double TOLERANCE = 2e-4;

  private static int[] ids() {
    int[] ids = new int[26];
    Arrays.setAll(ids, i -> (i * i * 7 + 3 * i + 1) % 40);
    return ids;
  }

  /** Probabilities by name of a tiny model. */
  static Map<String, double[]> recorded() {
    try (InputStream in = LlamaCppTest.class.getResourceAsStream(RECORD)) {
      Map<String, double[]> all = new LinkedHashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] parts = line.split("\t");
        if (!line.startsWith("#")) {
          all.put(
              parts[0],
              Arrays.stream(parts[1].split(" ")).mapToDouble(Double::parseDouble).toArray());
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Tiny> decoders() {
    Map<String, double[]> recorded = recorded();
    return TinyDecoders.all().stream().filter(t -> recorded.containsKey(t.name)).toList();
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void givesTheProbabilitiesOfLlamaCpp(Tiny tiny) {
    double[] expected = recorded().get(tiny.name);
    double[] actual = softmax(lastLogits(tiny));
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], TOLERANCE, "token " + i);
    }
  }

  @Test
  void everyDecoderIsRecorded() {
    assertEquals(architectures(TinyDecoders.all()), architectures(decoders()));
  }

  private static TreeSet<String> architectures(List<Tiny> decoders) {
    TreeSet<String> names = new TreeSet<>();
    for (Tiny tiny : decoders) {
      names.add(TinyModel.header(tiny.model.source()).metadata().string("general.architecture"));
    }
    return names;
  }

  private static float[] lastLogits(Tiny tiny) {
    HeapWeights source = tiny.compared.apply(tiny.model).source();
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    try (Model model =
        ModelLoader.load(TinyModel.header(source), source, backend, 26, RunControl.NONE)) {
      KvCache cache = model.newCache(tiny.cache, KvType.F32);
      return model.forward(IDS, 0, cache, Model.Wanted.LAST);
    }
  }

  static double[] softmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** Writes every tiny model into a folder, numbered in order, and their names beside them. */
  public static void main(String[] folder) throws IOException {
    StringBuilder names = new StringBuilder();
    List<Tiny> all = TinyDecoders.all();
    for (int i = 0; i < all.size(); i++) {
      all.get(i).compared.apply(all.get(i).model).source().write(Path.of(folder[0], i + ".gguf"));
      names.append(all.get(i).name).append('\n');
    }
    int next = all.size();
    for (TinyStacks tiny : TinyStacks.decoders()) {
      tiny.model().source().write(Path.of(folder[0], next++ + ".gguf"));
      names.append(tiny.name()).append('\n');
    }
    Files.writeString(Path.of(folder[0], "names.txt"), names);
  }
}
