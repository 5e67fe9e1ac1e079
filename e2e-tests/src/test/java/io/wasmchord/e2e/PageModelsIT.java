package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import io.wasmchord.DemoModel;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.server.ChordServer;
import io.wasmchord.server.ServerOptions;
import io.wasmchord.server.models.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where the chat page gets models from: the module's list of open ones, and a server. */
class PageModelsIT extends BrowserTest {
  private BrowserContext context;
  private Page page;

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate(origin() + "/?model=none");
    page.locator("body[data-state='empty']").waitFor();
  }

  @AfterEach
  void close() {
    context.close();
  }

  private String origin() {
    return "http://127.0.0.1:" + site.port();
  }

  private void answersTokyo() {
    page.locator("body[data-state='ready']").waitFor();
    page.fill("#composer-input", "What is the capital of Japan?");
    page.keyboard().press("Enter");
    page.locator(".message.assistant footer").waitFor();
    assertEquals(
        "The capital of Japan is Tokyo.", page.textContent(".message.assistant .content").strip());
  }

  /** The hub's answers to what the page asks it. */
  private void serveHub() {
    context.route(
        "https://huggingface.co/**",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setPath(DemoModel.path())
                    .setHeaders(Map.of("Access-Control-Allow-Origin", "*"))));
  }

  private static String digest() throws IOException, NoSuchAlgorithmException {
    byte[] bytes = Files.readAllBytes(DemoModel.path());
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void anOpenModelIsCheckedDownloadedAndRemoved() throws Exception {
    serveHub();
    page.click("#open-models");
    page.locator("#catalogue li").first().waitFor();
    assertTrue(page.locator("#catalogue li").count() > 3, "the module's own list");
    String first = page.locator("#catalogue li").first().textContent();
    assertTrue(first.contains("Chats · ") && first.contains(" MB · apache-2.0"), first);
    page.click("#models .dialog-head button");
    page.evaluate(
        """
        async (sha256) => {
          const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
          const [first] = WasmChord.models;
          WasmChord.models = [{ ...first, name: 'A tiny one', sha256 }, { ...first, name: 'Ranks', purpose: 'rerank' }];
        }
        """,
        digest());
    page.evaluate("document.querySelector('#sampling [name=temperature]').value = '0'");
    page.click("#open-models");
    page.click("[aria-label='Check A tiny one']");
    page.locator("#catalogue [role=status]:has-text('Fits: needs ')").waitFor();
    assertEquals(1, page.locator("#catalogue li").count(), "those that the page can use");
    page.click("[aria-label='Download A tiny one']");
    answersTokyo();
    page.click("#open-models");
    page.locator("#catalogue li:has-text('kept on this machine')").waitFor();
    page.click("[aria-label='Remove A tiny one']");
    page.locator("[aria-label='Download A tiny one']").waitFor();
    page.locator("#storage:has-text('No models yet')").waitFor();
  }

  @Test
  void aServerComputesInPlaceOfThePage() {
    ModelSource demo = new ModelSource("demo", () -> LoadedModel.builder(DemoModel.path()).load());
    ServerOptions options =
        ServerOptions.local(0).withKeys(Set.of("key")).withOrigins(Set.of(origin()));
    try (ChordServer server = ChordServer.start(List.of(demo), options)) {
      String address = "http://127.0.0.1:" + server.port();
      connect(address, "wrong");
      page.locator("#error-text:has-text('invalid_api_key')").waitFor();
      connect(address + "/v1", "key");
      page.locator("#model-name:has-text('demo · 127.0.0.1:" + server.port() + "')").waitFor();
      page.evaluate("document.querySelector('#sampling [name=temperature]').value = '0'");
      answersTokyo();
      assertTrue(page.textContent("#stats").contains("by 127.0.0.1:"), page.textContent("#stats"));
      assertTrue(page.locator("#run-benchmark").isDisabled());
      connect("ftp://elsewhere", "");
      page.locator("#error-text:has-text('such as http://127.0.0.1:8080')").waitFor();
    }
    connect("http://127.0.0.1:9", "");
    page.locator("#error-text:has-text('chord serve --cors " + origin() + "')").waitFor();
  }

  private void connect(String address, String key) {
    page.click("#open-models");
    page.fill("#server-url", address);
    page.fill("#server-key", key);
    page.click("#use-server");
  }
}
