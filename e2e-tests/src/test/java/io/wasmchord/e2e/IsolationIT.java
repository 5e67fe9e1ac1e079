package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pages of hosts that send no headers. */
class IsolationIT extends BrowserTest {
  private static DemoServer plain;

  @BeforeAll
  static void serve() {
    plain = DemoServer.startPlain(EnginePage.site(), 0);
  }

  @AfterAll
  static void stopServing() {
    plain.close();
  }

  private static String home() {
    return "http://127.0.0.1:" + plain.port() + "/";
  }

  private static Page ready(BrowserContext context) {
    Page page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate(home());
    page.locator("body[data-state='ready']").waitFor();
    return page;
  }

  @Test
  void theServiceWorkerIsolatesThePage() {
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      page.navigate(home());
      page.waitForFunction("crossOriginIsolated"); // the page has loaded itself once more
      page.locator("body[data-state='ready']").waitFor();
      assertEquals(
          2,
          page.evaluate(
              """
              async () => {
                const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
                const chord = await WasmChord.load('/models/wasm-chord-demo-q4_k_m.gguf', { threads: 2 });
                return chord.modelInfo().threads;
              }
              """));
    }
  }

  @Test
  void withoutItOneThreadGivesTheSameTextAndSaysHowToGetMore() {
    try (BrowserContext context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions().setServiceWorkers(ServiceWorkerPolicy.BLOCK))) {
      Page page = ready(context);
      assertEquals(
          List.of(false, 1, "relaxed-simd", "The capital of Japan is Tokyo.", "not_isolated"),
          page.evaluate(
              """
              async () => {
                const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
                const demo = '/models/wasm-chord-demo-q4_k_m.gguf';
                const chord = await WasmChord.load(demo);
                const r = await chord.chat.completions.create({ temperature: 0, messages: [{ role: 'user', content: 'What is the capital of Japan?' }] });
                const { threads, backend } = chord.modelInfo();
                const code = await WasmChord.load(demo, { threads: 2 }).catch((e) => e.code);
                return [crossOriginIsolated, threads, backend, r.choices[0].message.content, code];
              }
              """));
      assertTrue(page.textContent("#advice").contains("isolation.js"));
      assertTrue(page.textContent("#stats").contains("one thread"));
    }
  }

  @Test
  void aBrowserWithoutSharedMemoryRunsTheSameModel() throws Exception {
    String refuse =
        """
        const Real = WebAssembly.Memory;
        WebAssembly.Memory = function (descriptor) {
          if (descriptor.shared) throw new TypeError('no shared memory');
          return new Real(descriptor);
        };
        """;
    try (SiteVariant variant =
            SiteVariant.of(Map.of("refuse.js", refuse), "worker.js", "import './refuse.js';\n");
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          List.of(1, "relaxed-simd", "The capital of Japan is Tokyo."),
          page.evaluate(
              """
              async () => {
                const chord = await WasmChord.load('/models/wasm-chord-demo-q4_k_m.gguf', { threads: 1 });
                const r = await chord.chat.completions.create({ temperature: 0, messages: [{ role: 'user', content: 'What is the capital of Japan?' }] });
                const { threads, backend } = chord.modelInfo();
                return [threads, backend, r.choices[0].message.content];
              }
              """,
              Map.of()));
    }
  }

  @Test
  void aBrowserWithoutWebAssemblyGcIsToldWhichHaveIt() {
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      page.addInitScript("WebAssembly.validate = () => false;");
      page.navigate("http://127.0.0.1:" + site.port() + "/");
      page.waitForSelector("#error:not([hidden])");
      assertTrue(page.textContent("#error").contains("Firefox 120"));
      assertTrue(page.textContent("#error").contains("unsupported_browser"));
    }
  }

  @Test
  void aBrowserWithoutSimdIsSlowAndSaysSo() throws Exception {
    String refuse =
        "WebAssembly.validate = () => false;"; // of the engine's worker, which asks for SIMD only
    try (SiteVariant variant =
            SiteVariant.of(Map.of("refuse.js", refuse), "worker.js", "import './refuse.js';\n");
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          List.of("scalar", true, "unsupported_browser"),
          page.evaluate(
              """
              async () => {
                const demo = '/models/wasm-chord-demo-q4_k_m.gguf';
                const { backend, advice } = (await WasmChord.load(demo)).modelInfo();
                const code = await WasmChord.load(demo, { simd: 'simd128' }).catch((e) => e.code);
                return [backend, advice.includes('Safari 16.4'), code];
              }
              """,
              Map.of()));
    }
  }
}
