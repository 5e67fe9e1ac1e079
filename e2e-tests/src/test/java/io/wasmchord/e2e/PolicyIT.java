package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.wasmchord.browser.Chromium;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages whose Content-Security-Policy or host allows little. The site's server sends the policy
 * with every answer.
 */
class PolicyIT extends BrowserTest {
  private static final String POLICY = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
  private static final String ANSWER =
      """
      async ({ url, assets }) => {
        try {
          const chord = await WasmChord.load(url ?? '/models/wasm-chord-demo-q4_k_m.gguf', assets ? { assets } : {});
          const r = await chord.chat.completions.create({ temperature: 0, messages: [{ role: 'user', content: 'What is the capital of Japan?' }] });
          const { threads, backend } = chord.modelInfo();
          await chord.dispose();
          return `${r.choices[0].message.content} ${threads > 1} ${backend}`;
        } catch (error) {
          return `${error.code}: ${error.message}`;
        }
      }
      """;
  private static final String TOKYO = "The capital of Japan is Tokyo. true relaxed-simd";

  @TempDir private Path folder;

  /** Changes headers of what is asked for at {@code glob}. */
  private static void headers(Page page, String glob, Map<String, String> changes) {
    page.context().route(glob, route -> withHeaders(route, changes));
  }

  private static void withHeaders(Route route, Map<String, String> changes) {
    APIResponse response = route.fetch();
    Map<String, String> headers = new TreeMap<>(response.headers());
    headers.putAll(changes);
    route.fulfill(new Route.FulfillOptions().setResponse(response).setHeaders(headers));
  }

  private String answer(EnginePage page) {
    return (String) page.evaluate(ANSWER, Map.of());
  }

  /** Asks a page of the site whose document has another policy. */
  private String underPolicy(String policy) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      headers(page.page(), "**/console.html", Map.of("content-security-policy", policy));
      page.page().reload();
      page.page().locator("body[data-state='empty']").waitFor();
      return answer(page);
    }
  }

  @Test
  void nothingNeedsUnsafeEvalInPageOrWorkers() {
    try (EnginePage page = new EnginePage(chromium, site)) {
      assertEquals(
          POLICY,
          page.page()
              .request()
              .get("http://127.0.0.1:" + site.port() + "/wasm-chord/worker.js")
              .headers()
              .get("content-security-policy"));
      assertEquals(TOKYO, answer(page));
      assertEquals(List.of(), page.problems());
    }
  }

  @Test
  void trustedTypesAreMadeWhereThePageAllowsThem() {
    String trusted = POLICY + "; require-trusted-types-for 'script'";
    assertEquals(TOKYO, underPolicy(trusted));
    assertEquals(TOKYO, underPolicy(trusted + "; trusted-types wasm-chord"));
    String refused = underPolicy(trusted + "; trusted-types other");
    assertTrue(refused.startsWith("engine_unavailable: "), refused);
    assertTrue(refused.endsWith("add wasm-chord to its trusted-types"), refused);
  }

  @Test
  void anEngineOfTheWrongTypeIsLoadedAllTheSame() {
    try (EnginePage page = new EnginePage(chromium, site)) {
      headers(page.page(), "**/*.wasm", Map.of("content-type", "application/octet-stream"));
      assertEquals(TOKYO, answer(page));
    }
  }

  @Test
  void whatIsMissingOrAnotherFileIsNamed() {
    String home = "http://127.0.0.1:" + site.port();
    try (EnginePage page = new EnginePage(chromium, site)) {
      page.page().context().route("**/*.wasm", route -> route.fulfill(page404()));
      String missing = answer(page);
      assertTrue(
          missing.startsWith(
              "engine_unavailable: the engine at "
                  + home
                  + "/wasm-chord/wasm-chord.wasm is missing: HTTP 404; "),
          missing);
      page.page().context().unrouteAll();
      page.page()
          .context()
          .route(
              "**/*.wasm",
              route ->
                  route.fulfill(
                      new Route.FulfillOptions()
                          .setContentType("text/html")
                          .setBody("<!doctype html>")));
      assertTrue(answer(page).contains("/wasm-chord.wasm is another file (of type text/html"));
      page.page().context().unrouteAll();
      assertEquals(TOKYO, page.evaluate(ANSWER, Map.of("assets", Map.of("base", "/wasm-chord"))));
      String elsewhere =
          (String) page.evaluate(ANSWER, Map.of("assets", Map.of("base", "/nowhere/")));
      assertTrue(
          elsewhere.startsWith(
              "engine_unavailable: " + home + "/nowhere/worker.js could not be loaded"),
          elsewhere);
      String wrong = (String) page.evaluate(ANSWER, Map.of("assets", Map.of("bass", "/x")));
      assertTrue(wrong.startsWith("invalid_request: assets is { base:"), wrong);
    }
  }

  private static Route.FulfillOptions page404() {
    return new Route.FulfillOptions().setStatus(404).setBody("no such file");
  }

  @Test
  void aPartThatCallsItselfTheWholeIsNotTakenForIt() {
    Path demo = EnginePage.site().resolve("models").resolve("wasm-chord-demo-q4_k_m.gguf");
    try (EnginePage page = new EnginePage(chromium, site)) {
      assertEquals(
          TOKYO, page.evaluate(ANSWER, Map.of("url", models.add(demo, Behaviour.PART_AS_WHOLE))));
    }
  }

  @Test
  void anExtensionLoadsTheModuleAndItsModel() throws IOException {
    Path extension = folder.resolve("extension");
    SiteVariant.copy(
        Path.of(System.getProperty("chord.root"), "e2e-tests", "src", "test", "extension"),
        extension);
    SiteVariant.copy(EnginePage.site().resolve("wasm-chord"), extension.resolve("wasm-chord"));
    Files.copy(
        EnginePage.site().resolve("models").resolve("wasm-chord-demo-q4_k_m.gguf"),
        extension.resolve("model.gguf"));
    try (Chromium.OnDisk browser = Chromium.withExtension(folder.resolve("profile"), extension)) {
      Page page = browser.context().newPage();
      page.setDefaultTimeout(60_000);
      page.navigate("chrome://extensions/");
      Object id =
          page.evaluate(
              "async () => (await chrome.developerPrivate.getExtensionsInfo()).find(({ name }) => name === 'wasm-chord fixture')?.id");
      page.navigate("chrome-extension://" + id + "/page.html");
      page.locator("#answer:not(:empty)").waitFor();
      assertEquals("200 200", page.getAttribute("body", "data-part"), "the browser's odd answer");
      assertEquals(TOKYO, page.textContent("#answer"));
      assertEquals(
          "The capital of Japan is Tokyo.",
          page.getAttribute("body", "data-background"),
          "by a document that nobody sees, for the service worker");
    }
  }
}
