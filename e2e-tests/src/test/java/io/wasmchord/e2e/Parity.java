package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.ReferenceData;
import io.wasmchord.browser.BrowserLogits;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.session.GreedyLogits;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Compares a model's logits in the browser with those of the JVM's vector kernels, bit for bit.
 *
 * @param page for all models, one after the other: it compiles the engine once
 */
record Parity(EnginePage page, ModelServer models) {
  /**
   * Feeds {@code prompt} and what follows on both.
   *
   * @param greedy the tokens that must follow
   * @param simd the browser's kernels
   */
  void compare(Path file, int[] prompt, int[] greedy, String simd, int threads) {
    int[] ids = ReferenceData.fed(prompt, greedy);
    BrowserLogits.Result actual =
        BrowserLogits.compute(
            page,
            models.add(file, ModelServer.Behaviour.RANGES),
            new BrowserLogits.Request(
                Arrays.stream(prompt).boxed().toList(), "all", greedy.length, simd, threads));
    assertEquals(Arrays.stream(greedy).boxed().toList(), actual.greedy());
    assertArrayEquals(onTheJvm(file, ids), actual.floats(), 0f);
  }

  private static float[] onTheJvm(Path file, int[] ids) {
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      assertTrue(loaded.backendName().startsWith("vector-"), loaded.backendName());
      int vocabulary = loaded.model().config().vocabulary();
      float[] all = new float[ids.length * vocabulary];
      GreedyLogits.compute(
          loaded.model(),
          ids,
          0,
          (at, rows) -> System.arraycopy(rows, 0, all, at * vocabulary, rows.length));
      return all;
    }
  }
}
