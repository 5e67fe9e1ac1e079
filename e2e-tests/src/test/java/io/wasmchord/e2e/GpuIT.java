package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Route;
import io.wasmchord.DemoModel;
import io.wasmchord.browser.BrowserLogits;
import io.wasmchord.browser.Chromium;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.RandomFiles;
import io.wasmchord.model.TinyAdapters;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.session.GreedyLogits;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Models on Chromium's software adapter: the same bits as on the JVM, whatever happens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GpuIT {
  private static final int[] PROMPT = {1, 20, 30, 4, 5, 6, 27, 8, 9, 10, 33, 12};

  /** Two engines on the GPU and one that chooses, for all tests: each load compiles for seconds. */
  private static final String ENGINES =
      """
      async ({ url }) => {
        const load = (backend) => WasmChord.load(url, { contextLength: 128, cache: false, parallel: 2, backend });
        window.engines = await Promise.all(['webgpu', 'webgpu', 'auto'].map(load));
      }
      """;

  private static final String ANSWER =
      """
      async ({ engine, before }) => {
        const chord = window.engines[engine];
        const parts = [];
        const messages = [{ role: 'user', content: 'Hello' }];
        const stream = await chord.chat.completions.create({ messages, max_tokens: 12, temperature: 0, stream: true });
        for await (const chunk of stream) {
          parts.push(chunk.choices[0]?.delta?.content ?? '');
          if (parts.length === 4 && before) {
            await window[before]();
          }
        }
        return { text: parts.join(''), backend: chord.modelInfo().backend, exact: chord.modelInfo().gpu?.exact ?? null };
      }
      """;
  private static final int ON_GPU = 0; // numbers of engines
  private static final int CHOSEN = 2;

  @TempDir private Path folder;
  private DemoServer site;
  private ModelServer models;
  private Chromium chromium;
  private EnginePage page;

  @BeforeAll
  void start() {
    site = DemoServer.start(EnginePage.site(), 0);
    models = new ModelServer();
    chromium = Chromium.withGpu();
    page = new EnginePage(chromium, site);
    page.evaluate(ENGINES, Map.of("url", url(DemoModel.path())));
  }

  @AfterAll
  void stop() {
    page.close();
    chromium.close();
    models.close();
    site.close();
  }

  private String url(Path file) {
    return models.add(file, ModelServer.Behaviour.RANGES);
  }

  private void compare(Path file, int[] prompt, int gpuLayers) {
    List<Integer> tokens = Arrays.stream(prompt).boxed().toList();
    BrowserLogits.Result there =
        BrowserLogits.compute(
            page,
            url(file),
            new BrowserLogits.Request(tokens, "all", 3, "auto", 1, "webgpu", gpuLayers));
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      int vocabulary = loaded.model().config().vocabulary();
      float[] all = new float[(prompt.length + 3) * vocabulary];
      int[] greedy =
          GreedyLogits.compute(
              loaded.model(),
              prompt,
              3,
              (at, rows) -> System.arraycopy(rows, 0, all, at * vocabulary, rows.length));
      assertEquals(Arrays.stream(greedy).boxed().toList(), there.greedy());
      assertArrayEquals(Arrays.copyOf(all, there.floats().length), there.floats(), 0f);
    }
  }

  @Test
  void aMixtureGivesTheLogitsOfTheJvm() throws IOException {
    compare(TinyFiles.file("mixtral").write(folder.resolve("mixtral.gguf")), PROMPT, 0);
  }

  @Test
  void aRecurrentModelGivesTheLogitsOfTheJvm() throws IOException {
    assumeTrue(Boolean.getBoolean("chord.all"), "recurrent models are tried by chord test --all");
    compare(TinyFiles.file("rwkv7").write(folder.resolve("rwkv7.gguf")), PROMPT, 0);
  }

  @Test
  void aQuantizedModelWithOneLayerOnTheGpuGivesTheLogitsOfTheJvm() {
    Path file = RandomFiles.path("llama-q4_k_m");
    int[] prompt = {1, 20, 300, 41, 5, 66, 270, 8};
    compare(file, prompt, 1);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> answer(int engine, String before) {
    return (Map<String, Object>) page.evaluate(ANSWER, Map.of("engine", engine, "before", before));
  }

  /** An adapter of the model for a GPU and a CPU, or none any more. */
  private static final String ADAPTERS =
      """
      async ({ url }) => {
        for (const chord of [window.engines[0], window.engines[2]]) {
          await (url ? chord.loadAdapter(url, { name: 'one' }) : chord.unloadAdapter('one'));
          await chord.setAdapters(url ? [{ name: 'one', scale: 2 }] : []);
        }
      }
      """;

  private String adapter() throws IOException {
    HeapWeights model = DemoModel.file();
    GgufFile header = GgufReader.parse(model.bytes(), model.size(), model.name());
    List<String> weights =
        TinyAdapters.matrices(header).stream()
            .filter(n -> n.matches(".*(attn_q|ffn_up).*"))
            .toList();
    return url(TinyAdapters.file(header, 1, 4, weights).write(folder.resolve("adapter.gguf")));
  }

  @Test
  void anAnswerIsThatOfTheCpuAlsoWhenTheDeviceIsLostInItsMiddle() throws IOException {
    String plain = (String) answer(CHOSEN, "").get("text");
    page.evaluate(ADAPTERS, Map.of("url", adapter()));
    Map<String, Object> cpu = answer(CHOSEN, "");
    assertNotEquals(plain, cpu.get("text"));
    page.page()
        .exposeFunction(
            "loseGpu",
            arguments -> {
              chromium
                  .browser()
                  .newBrowserCDPSession()
                  .send("Browser.crashGpuProcess", new JsonObject());
              return null;
            });
    Map<String, Object> gpu = answer(ON_GPU, "loseGpu");
    assertEquals("webgpu", gpu.get("backend"));
    assertEquals(true, gpu.get("exact"));
    page.evaluate(ADAPTERS, Map.of("url", ""));
    assertEquals(cpu.get("text"), gpu.get("text"));
  }

  private static final String INFO =
      """
      async ({ url, backend, cache }) => {
        try {
          const chord = await WasmChord.load(url, { contextLength: 64, backend, cache });
          const { backend: used, advice } = chord.modelInfo();
          await chord.dispose();
          return `${used}: ${advice}`;
        } catch (error) {
          return error.code;
        }
      }
      """;

  /** What a load says of itself where a script of the page is another one. */
  private String info(String backend, String script, String text, String other) throws IOException {
    Path file = DemoModel.halves().write(folder.resolve("halves.gguf"));
    try (EnginePage changed = new EnginePage(chromium, site)) {
      changed
          .page()
          .context()
          .route(
              "**/gpu/" + script,
              route ->
                  route.fulfill(
                      new Route.FulfillOptions()
                          .setBody(route.fetch().text().replace(text, other))
                          .setContentType("text/javascript")
                          .setHeaders(Map.of("Cross-Origin-Resource-Policy", "same-origin"))));
      Map<String, ?> arguments =
          Map.of("url", url(file), "backend", backend, "cache", backend.equals("auto"));
      return (String) changed.evaluate(INFO, arguments);
    }
  }

  private String withKernels(String text, String other) throws IOException {
    String changed =
        "createShaderModule({ code: code.replaceAll('" + text + "', '" + other + "') })";
    return info("webgpu", "pipelines.js", "createShaderModule({ code })", changed);
  }

  @Test
  void aKernelThatComputesSomethingElseIsNoticedAndTheCpuComputes() throws IOException {
    String info = withKernels("add(mean, p.eps)", "add(mean, 2f * p.eps)");
    assertTrue(info.contains("simd"), info);
    assertTrue(info.contains("on the CPU"), info);
    assertTrue(info.contains("RMS_NORM"), info);
  }

  @Test
  void whereAKernelOfSeveralCommandsIsWrongThoseOfOneCompute() throws IOException {
    String info = withKernels("add(load(p.residual + to), acc)", "sub(load(p.residual + to), acc)");
    assertTrue(info.startsWith("webgpu: "), info);
    assertTrue(info.contains("RMS_NORM, MATMUL, GATE, ADD F16"), info);
  }

  @Test
  void whereTheGpuIsSlowerThanTheCpuAutoTakesTheCpuAndSaysSo() throws IOException {
    assumeTrue(Boolean.getBoolean("chord.all"), "what auto takes is measured by chord test --all");
    String software = "return adapter.info?.isFallbackAdapter";
    String info =
        info("auto", "device.js", software, "return false && adapter.info?.isFallbackAdapter");
    assertTrue(info.contains("simd"), info);
    assertTrue(info.contains("on the CPU, which is faster"), info);
  }

  @Test
  void withoutAnAdapterTheLoadIsRefusedAndAutoComputes() {
    try (Chromium plain = Chromium.start();
        EnginePage other = new EnginePage(plain, site)) {
      assertEquals(
          "unsupported_browser",
          other.evaluate(
              INFO, Map.of("url", url(DemoModel.path()), "backend", "webgpu", "cache", false)));
    }
    assertTrue(String.valueOf(answer(CHOSEN, "").get("backend")).contains("simd"));
  }

  private static final String TOGETHER =
      """
      async () => {
        const [one, two, chosen] = window.engines;
        const params = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 5, temperature: 0 };
        const ask = async (chord, more) => (await chord.chat.completions.create({ ...params, ...more })).choices.map(({ message }) => message.content);
        const control = new AbortController();
        const aborted = ask(one, { signal: control.signal, max_tokens: 40 }).catch(({ name }) => name);
        control.abort();
        const answers = await Promise.all([aborted, ask(one, { n: 2 }), ask(two), ask(chosen)]);
        const session = await one.createSession();
        await session.prompt('Hello', { max_tokens: 2 });
        const saved = await session.save();
        const restored = await two.restoreSession(saved);
        answers.push(saved.size > 0 && restored !== null);
        return answers;
      }
      """;

  @Test
  @SuppressWarnings("unchecked")
  void twoEnginesAnswerSeveralRequestsAndAnAbortEndsItsOwnAlone() {
    List<Object> all = (List<Object>) page.evaluate(TOGETHER, Map.of());
    assertEquals("AbortError", all.get(0));
    String text = ((List<String>) all.get(3)).getFirst();
    assertEquals(List.of(text, text), all.get(1));
    assertEquals(List.of(text), all.get(2));
    assertEquals(true, all.get(4));
  }

  private static final int OUTSIDE = 4; // dispatches: lookup, norm, head, largest logit

  private static final String COUNTS =
      """
      async () => {
        const [chord] = window.engines;
        const text = (max_tokens) => chord.completions.create({ prompt: 'a', max_tokens, temperature: 0 });
        await text(2);
        const one = (await chord.memory()).gpu;
        await text(2);
        const two = (await chord.memory()).gpu;
        await text(6);
        const six = (await chord.memory()).gpu;
        const layers = chord.modelInfo().layers;
        const each = (name) => (six[name] - two[name] - (two[name] - one[name])) / 4;
        return [each('submissions'), each('maps'), each('dispatches'), layers];
      }
      """;

  @Test
  @SuppressWarnings("unchecked")
  void aTokenIsOneSubmissionAndOneReadBackAndALayerTenDispatches() {
    List<Number> each = (List<Number>) page.evaluate(COUNTS, Map.of());
    assertEquals(1, each.get(0).doubleValue());
    assertEquals(1, each.get(1).doubleValue());
    int layers = each.get(3).intValue();
    System.out.println("dispatches a token: " + each.get(2) + " of " + layers + " layers");
    assertTrue(each.get(2).doubleValue() <= 10 * layers + OUTSIDE, each::toString);
  }
}
