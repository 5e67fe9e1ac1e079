package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of any model, whatever its weights. */
class RandomModelsTest {
  private static final int[] IDS = new int[39];

  static {
    Arrays.setAll(IDS, i -> (i * i * 7 + 3 * i + 1) % RandomFiles.VOCABULARY);
  }

  private static Model load(String name, int maxBatch) {
    HeapWeights source = RandomFiles.file(name);
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    return ModelLoader.load(TinyModel.header(source), source, backend, maxBatch, RunControl.NONE);
  }

  /** The first {@code prompt} in batches, the rest one by one. */
  private static float[] logits(Model model, int prompt, KvType type) {
    KvCache cache = model.newCache(IDS.length, type);
    int vocabulary = model.config().vocabulary();
    float[] all = new float[IDS.length * vocabulary];
    for (int at = 0; at < IDS.length; ) {
      int n = at < prompt ? Math.min(model.maxBatch(), prompt - at) : 1;
      float[] rows =
          model.forward(Arrays.copyOfRange(IDS, at, at + n), at, cache, Model.Wanted.ALL);
      System.arraycopy(rows, 0, all, at * vocabulary, rows.length);
      at += n;
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-q4_k_m", "llama-f16", "llama-mxfp4", "qwen2-q4_k_m", "gemma3-q4_k_m"})
  void batchesAndSingleStepsGiveTheSameBits(String name) {
    try (Model whole = load(name, IDS.length);
        Model odd = load(name, 7)) {
      float[] expected = logits(whole, IDS.length, KvType.F32);
      assertArrayEquals(expected, logits(odd, IDS.length, KvType.F32), 0f);
      assertArrayEquals(expected, logits(odd, 0, KvType.F32), 0f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-f16", "llama-q4_k_m"})
  void smallerCachesStayClose(String name) {
    try (Model model = load(name, 32)) {
      float[] exact = logits(model, 24, KvType.F32);
      float[] halves = logits(model, 24, KvType.F16);
      float[] quants = logits(model, 24, KvType.Q8_0);
      assertTrue(relative(exact, halves) < 0.05, "f16 " + relative(exact, halves));
      assertTrue(relative(exact, quants) < 0.1, "q8_0 " + relative(exact, quants));
      assertFalse(Arrays.equals(exact, halves) || Arrays.equals(halves, quants));
    }
  }

  /** The root mean square of the differences, in units of the expected values'. */
  private static double relative(float[] expected, float[] actual) {
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow((double) expected[i] - actual[i], 2);
      size += Math.pow(expected[i], 2);
    }
    return Math.sqrt(error / size);
  }
}
