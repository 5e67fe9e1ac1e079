package io.wasmchord.browser;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of one engine in a browser of its own.
 *
 * @param loadMs from the call to a model that can answer
 * @param pageMs from the import of the module to the first token of a short prompt
 * @param answers for each prompt length
 * @param check the greedy answer to a fixed prompt; empty for a rival
 * @param peakBytes most memory that the page's process ever held; -1 where the system does not tell
 * @param linearBytes of WebAssembly memory; -1 for a rival
 * @param backend the kernels that were used
 * @param browser version
 * @param free tokens a second of an answer that may be any text; -1 where that was not measured
 * @param held of one that is held to a schema
 * @param freeStart milliseconds of an answer of one token that may be any text; -1 likewise
 * @param heldStart of one that is held to a schema that was never seen
 * @param profiles of an answer to each prompt, where kernels note their times
 * @param gpu what a token asks of the GPU; null where it is not used
 */
record BenchRun(
    double loadMs,
    double pageMs,
    List<Answer> answers,
    String check,
    long peakBytes,
    long linearBytes,
    String backend,
    String browser,
    double free,
    double held,
    double freeStart,
    double heldStart,
    List<KernelTimes> profiles,
    @Nullable GpuCounts gpu) {
  /** What a token asks of a GPU: times, and bytes that are read. */
  record GpuCounts(double dispatches, double submissions, double maps, double bytesRead) {
    static @Nullable GpuCounts of(Object counts) {
      return counts instanceof Map<?, ?> map
          ? new GpuCounts(
              of(map, "dispatches"), of(map, "submissions"), of(map, "maps"), of(map, "bytesRead"))
          : null;
    }

    private static double of(Map<?, ?> counts, String name) {
      return counts.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
  }

  /**
   * One prompt and its answer.
   *
   * @param promptTokens tokens of the prompt
   * @param prefill tokens a second
   * @param decode tokens a second
   * @param firstMs until the first token
   */
  record Answer(String prompt, int promptTokens, double prefill, double decode, double firstMs) {}

  /** What both engines are asked to do. */
  record Work(String url, int threads, List<Integer> lengths, int tokens) {}

  /**
   * What else ours is asked to do.
   *
   * @param backend what computes
   * @param constrained whether to measure answers that are held to a schema
   * @param profile whether kernels note their times
   */
  record Extras(String simd, String backend, boolean constrained, boolean profile) {}

  static BenchRun ours(DemoServer server, Work work, Extras extras, int seed) {
    Map<String, Object> more = new HashMap<>();
    more.put("simd", extras.simd);
    more.put("backend", extras.backend);
    more.put("seed", seed);
    more.put("constrained", extras.constrained);
    more.put("profile", extras.profile);
    return run(server, "ours", work, arguments(work, more), extras.backend);
  }

  /**
   * @param backend {@code webgpu} has the rival use its own
   */
  static BenchRun rival(DemoServer server, Work work, List<String> prompts, String backend) {
    Map<String, Object> more = Map.of("prompts", prompts, "backend", backend);
    return run(server, "rival", work, arguments(work, more), backend);
  }

  private static Map<String, Object> arguments(Work work, Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(more);
    all.put("url", work.url);
    all.put("threads", work.threads);
    all.put("lengths", work.lengths);
    all.put("tokens", work.tokens);
    return all;
  }

  @SuppressWarnings("unchecked")
  private static BenchRun run(
      DemoServer server, String engine, Work work, Map<String, Object> arguments, String backend) {
    try (Chromium chromium = backend.equals("webgpu") ? Chromium.withGpu() : Chromium.start();
        BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(0);
      page.navigate("http://127.0.0.1:" + server.port() + "/models/");
      Map<String, Object> result = (Map<String, Object>) page.evaluate(script(engine), arguments);
      List<Answer> answers = new ArrayList<>();
      for (Map<String, Object> a : (List<Map<String, Object>>) field(result, "answers")) {
        answers.add(
            new Answer(
                (String) a.getOrDefault("prompt", ""),
                (int) number(a, "promptTokens"),
                number(a, "prefill"),
                number(a, "decode"),
                number(a, "first")));
      }
      return new BenchRun(
          number(result, "load"),
          number(result, "page"),
          answers,
          (String) result.getOrDefault("check", ""),
          RendererMemory.peakBytes(),
          result.containsKey("linearBytes") ? (long) number(result, "linearBytes") : -1,
          (String) result.getOrDefault("backend", "llama.cpp simd128"),
          chromium.browser().version(),
          ifMeasured(result, "free"),
          ifMeasured(result, "held"),
          ifMeasured(result, "freeStart"),
          ifMeasured(result, "heldStart"),
          KernelTimes.all(result.getOrDefault("profiles", List.of()), work.tokens),
          GpuCounts.of(result.getOrDefault("gpu", "none")));
    }
  }

  private static double ifMeasured(Map<String, Object> result, String name) {
    return result.containsKey(name) ? number(result, name) : -1;
  }

  private static Object field(Map<String, Object> map, String name) {
    return Objects.requireNonNull(map.get(name), name);
  }

  private static double number(Map<String, Object> map, String name) {
    return ((Number) field(map, name)).doubleValue();
  }

  static String script(String engine) {
    String name = "/bench/" + engine + ".js";
    try (InputStream in = Objects.requireNonNull(BenchRun.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
