package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.transformer.ModelLoader;
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
 * T5's kind against llama.cpp's logits: the tokens through the encoder, and through the decoder with
 * its start token in place of the first. docs/adding-an-architecture.md says how the record is made.
 */
class LlamaCppStacksTest {
  private static final String RECORD = "/models/llama-cpp-stacks.tsv";
  private static final String HEAD =
      """
      # llama.cpp's logits of tiny encoder-decoders, after 8, 17 and 26 of LlamaCppLogits.ids(), as in llama-cpp-logits.tsv.
      # Made by LlamaCppStacksTest.main; see docs/adding-an-architecture.md.\
      """;

  /** The logits at the recorded positions, without the factor that llama.cpp leaves out. */
  private static List<double[]> logits(TinyStacks tiny, TinyModel model) {
    HeapWeights source = model.source();
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    int[] ids = LlamaCppLogits.ids();
    boolean tied = !model.has(WeightNames.OUTPUT);
    double factor = tied ? Math.sqrt(tiny.plain().hidden) : 1;
    try (Model loaded =
        ModelLoader.load(TinyModel.header(source), source, backend, ids.length, RunControl.NONE)) {
      KvCache cache = loaded.newCache(TinyStacks.CONTEXT, KvType.F32);
      Encoding encoding = loaded.encode(ids, cache);
      while (encoding.step()) {}
      ids[0] = loaded.config().stacks().start();
      float[] all = loaded.forward(ids, 0, cache, Model.Wanted.ALL);
      int vocabulary = loaded.config().vocabulary();
      List<double[]> rows = new ArrayList<>();
      for (int position : LlamaCppLogits.positions()) {
        double[] row = new double[vocabulary];
        Arrays.setAll(row, i -> factor * all[position * vocabulary + i]);
        rows.add(row);
      }
      return rows;
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "Q4_K")
  void givesTheLogitsOfLlamaCpp(LlamaCppLogits format) {
    Map<String, List<double[]>> recorded = LlamaCppLogitsTest.recorded(RECORD, format);
    List<String> failed = new ArrayList<>();
    for (TinyStacks tiny : TinyStacks.decoders()) {
      List<double[]> expected = recorded.get(tiny.name());
      List<double[]> actual = logits(tiny, format.model(tiny.model()));
      double[] differences = new double[expected.size()];
      for (int i = 0; i < differences.length; i++) {
        differences[i] =
            LlamaCppLogitsTest.rms(expected.get(i), actual.get(i))
                / LlamaCppLogitsTest.deviation(expected.get(i));
      }
      Arrays.sort(differences);
      if (!format.accepts(differences, false)) {
        failed.add(tiny + ": differs by " + Arrays.toString(differences));
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
    Path file = Files.createTempFile("tiny", ".gguf");
    for (TinyStacks tiny : TinyStacks.decoders()) {
      for (LlamaCppLogits format : List.of(LlamaCppLogits.F32, LlamaCppLogits.Q8_0)) {
        format.model(tiny.model()).source().write(file);
        String rows = LlamaCppLogitsTest.rows(format, arguments, file);
        System.out.println(tiny.name() + "\t" + format.format() + "\t" + rows);
      }
    }
    Files.delete(file);
  }
}
