package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.NextTokenHead;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The blocks that predict the token after the next one, against llama.cpp: the probabilities that
 * they give after {@link LlamaCppTest#IDS}. {@link #main} writes the files.
 */
class LlamaCppNextTest {
  private static final String RECORD = "/models/llama-cpp-next.tsv";
  private static final int LAYERS = 4;

  /** Tiny models of each form, without such a block or with one. */
  private static final List<String> NAMES =
      List.of(
          "glm4moe with norms of heads",
          "qwen35 with a block that predicts on",
          "qwen35moe",
          "qwen3next",
          "deepseek2");

  private static HeapWeights source(String name) {
    Tiny tiny =
        TinyDecoders.all().stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
    TinyModel model = tiny.model.copy(new Random(5));
    boolean has = model.names().stream().anyMatch(n -> n.contains(".nextn."));
    return (has ? model : withNext(model, tiny)).source();
  }

  /** Adds a block like the last layer that has attention, whose own head and embedding differ. */
  private static TinyModel withNext(TinyModel model, Tiny tiny) {
    int hidden = tiny.plain.hidden;
    String blk = "blk." + LAYERS + ".";
    String like = "blk." + like(model) + ".";
    for (String name : model.names()) {
      if (name.startsWith(like)) {
        long[] shape = model.shape(name).stream().mapToLong(n -> n).toArray();
        model.random(name.replace(like, blk), shape.length > 1 ? 0 : 1, 0.3, shape);
      }
    }
    return model
        .put("block_count", LAYERS + 1)
        .put("nextn_predict_layers", 1)
        .matrix(blk + "nextn.eh_proj.weight", 2 * hidden, hidden)
        .norm(blk + "nextn.enorm", hidden)
        .norm(blk + "nextn.hnorm", hidden)
        .norm(blk + "nextn.shared_head_norm", hidden);
  }

  private static int like(TinyModel model) {
    int layer = LAYERS - 1;
    while (model.names().contains("blk." + layer + ".ssm_conv1d.weight")) {
      layer--;
    }
    return layer;
  }

  private static Model load(GgufFile file, HeapWeights source) {
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    return ModelLoader.load(file, source, backend, 26, RunControl.NONE);
  }

  static List<String> recorded() throws IOException {
    try (InputStream in = LlamaCppNextTest.class.getResourceAsStream(RECORD)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void givesTheProbabilitiesOfLlamaCpp(String line) {
    HeapWeights source = source(line.split("\t")[0]);
    double[] expected =
        Arrays.stream(line.split("\t")[1].split(" ")).mapToDouble(Double::parseDouble).toArray();
    GgufFile file = TinyModel.header(source);
    int[] ids = LlamaCppTest.IDS;
    try (Model model = load(file, source);
        Model head = load(NextTokenHead.of(file), source)) {
      KvCache cache = model.newCache(64, KvType.F32);
      KvCache own = head.newCache(64, KvType.F32);
      model.watch(cache, (position, rows) -> head.beside(own, rows));
      model.forward(ids, 0, cache, Model.Wanted.NONE);
      float[] logits =
          head.forward(Arrays.copyOfRange(ids, 1, ids.length), 0, own, Model.Wanted.LAST);
      double[] actual = LlamaCppTest.softmax(logits);
      assertEquals(expected.length, actual.length);
      for (int i = 0; i < actual.length; i++) {
        assertEquals(expected[i], actual[i], LlamaCppTest.TOLERANCE, "token " + i);
      }
    }
  }

  @Test
  void everyFormIsRecorded() throws IOException {
    assertEquals(NAMES, recorded().stream().map(line -> line.split("\t")[0]).toList());
  }

  @Test
  void whatHasNoSuchBlockIsRefused() {
    GgufFile plain = TinyModel.header(TinyFiles.file("llama"));
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> NextTokenHead.of(plain));
    assertEquals(true, e.getMessage().contains("has no block that predicts"), e.getMessage());
  }

  /** Writes the models into a folder, numbered in order. */
  public static void main(String[] folder) throws IOException {
    for (int i = 0; i < NAMES.size(); i++) {
      source(NAMES.get(i)).write(Path.of(folder[0], i + ".gguf"));
    }
  }
}
