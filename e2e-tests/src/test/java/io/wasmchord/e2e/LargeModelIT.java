package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import io.wasmchord.browser.Chromium;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.browser.RendererMemory;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A model beyond 4 GiB in Chromium: in several memories, then with its layers passing through 1 GB.
 * {@code chord test --large} makes the model and runs this.
 */
@Tag("large")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class LargeModelIT {
  private static final long GIB = 1L << 30;
  private static final double BUDGET = 1e9;
  private static final String RUN =
      """
      async ({ url, options }) => {
        const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
        const start = performance.now();
        const model = await WasmChord.load(url, { contextLength: 512, kvCache: 'f16', ...options });
        const load = performance.now() - start;
        const before = (await model.memory()).layers;
        const asked = performance.now();
        const { timings } = await model.completions.create({ prompt: [1, 2, 3, 4], temperature: 0, max_tokens: 9, ignore_eos: true });
        const took = performance.now() - asked;
        const { layers, linearBytes } = await model.memory();
        const { data } = await model.logits([5, 6, 7], { positions: 'all' });
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
        const info = model.modelInfo();
        await model.dispose();
        return { bits: Array.from(digest).join(), mode: info.plan.mode, memories: info.plan.memories, stored: info.cache.stored,
          load, rate: timings.tokens_per_second, linearBytes, took, ...(layers ? { layers } : {}) };
      }
      """;

  @Test
  void loadsAndDecodesInSeveralMemoriesAndThroughSlots() throws IOException {
    Path model = Path.of(System.getProperty("chord.large"));
    assertTrue(Files.size(model) > 4 * GIB, model + " is no large model");
    Path profile = Files.createTempDirectory("chord-profile");
    Map<String, Map<String, Object>> cases = new LinkedHashMap<>();
    cases.put("in several memories", Map.of());
    cases.put("the same, from storage", Map.of());
    cases.put("1 GB, one layer ahead", Map.of("memoryBudget", BUDGET));
    cases.put("1 GB, none ahead", Map.of("memoryBudget", BUDGET, "prefetch", 0));
    cases.put("1 GB, least recently used", Map.of("memoryBudget", BUDGET, "layerPolicy", "lru"));
    cases.put("3 GB, one layer ahead", Map.of("memoryBudget", 3 * BUDGET));
    cases.put("3 GB, none ahead", Map.of("memoryBudget", 3 * BUDGET, "prefetch", 0));
    cases.put(
        "3 GB, least recently used", Map.of("memoryBudget", 3 * BUDGET, "layerPolicy", "lru"));
    String bits = null;
    try (DemoServer server =
        DemoServer.start(EnginePage.site(), 0, Map.of("/models", model.getParent()))) {
      String url = "http://127.0.0.1:" + server.port() + "/models/" + model.getFileName();
      System.out.printf("%s, %d bytes%n", model.getFileName(), Files.size(model));
      for (Map.Entry<String, Map<String, Object>> c : cases.entrySet()) {
        Map<String, Object> result = run(profile, server, url, c.getValue());
        report(c.getKey(), result);
        bits = bits == null ? (String) result.get("bits") : bits;
        assertEquals(bits, result.get("bits"), c.getKey());
        boolean streamed = c.getValue().containsKey("memoryBudget");
        assertEquals(streamed ? "streamed" : "banks", result.get("mode"));
        assertEquals(true, result.get("stored"));
        assertTrue(
            !streamed || number(result, "linearBytes") <= number(c.getValue(), "memoryBudget"));
      }
    } finally {
      delete(profile);
    }
  }

  /** A browser of its own for each case, so that its memory is that of the case. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> run(
      Path profile, DemoServer server, String url, Map<String, Object> options) {
    try (Chromium.OnDisk chromium = Chromium.onDisk(profile)) {
      Page page = chromium.context().newPage();
      page.setDefaultTimeout(600_000);
      page.navigate("http://127.0.0.1:" + server.port() + "/?model=none");
      Map<String, Object> result =
          new LinkedHashMap<>(
              (Map<String, Object>) page.evaluate(RUN, Map.of("url", url, "options", options)));
      result.put("peak", RendererMemory.peakBytes());
      return result;
    }
  }

  private static double number(Map<String, ?> map, String name) {
    return ((Number) java.util.Objects.requireNonNull(map.get(name), name)).doubleValue();
  }

  @SuppressWarnings("unchecked")
  private static void report(String name, Map<String, Object> r) {
    StringBuilder line = new StringBuilder();
    line.append(
        "%-28s load %5.1f s, decode %.2f tokens/s, WebAssembly memory %.2f GB, process at most %.2f GB"
            .formatted(
                name,
                number(r, "load") / 1e3,
                number(r, "rate"),
                number(r, "linearBytes") / 1e9,
                number(r, "peak") / 1e9));
    if (r.get("layers") instanceof Map<?, ?> layers) {
      Map<String, Object> l = (Map<String, Object>) layers;
      line.append(
          "; %d slots, %d pinned, hits %d, prefetched %d, late %d, missed %d, evicted %d, read %.1f GB at %.2f GB/s, stalled %.0f %% of the time"
              .formatted(
                  (long) number(l, "slots"),
                  (long) number(l, "pinned"),
                  (long) number(l, "hits"),
                  (long) number(l, "prefetchHits"),
                  (long) number(l, "late"),
                  (long) number(l, "misses"),
                  (long) number(l, "evictions"),
                  number(l, "bytesRead") / 1e9,
                  number(l, "bytesRead") / 1e6 / number(l, "readMs"),
                  100 * number(l, "stallMs") / number(r, "took")));
    }
    System.out.println(line);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }
}
