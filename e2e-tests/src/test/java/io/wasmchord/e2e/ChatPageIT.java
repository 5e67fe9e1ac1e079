package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat page as a person uses it. */
class ChatPageIT extends BrowserTest {
  private BrowserContext context;
  private Page page;

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
    page = context.newPage();
    page.setDefaultTimeout(60_000);
  }

  @AfterEach
  void close() {
    context.close();
  }

  private void visit(String query) {
    page.navigate("http://127.0.0.1:" + site.port() + "/" + query);
  }

  private void waitFor(String state) {
    page.locator("body[data-state='" + state + "']").waitFor();
  }

  /** Asks, and waits for the answer to end: it may be too short to be seen under way. */
  private void askAndWait(String text) {
    int before = page.locator(".message.assistant footer").count();
    ask(text);
    page.locator(".message.assistant footer").nth(before).waitFor();
    waitFor("ready");
  }

  private void ask(String text) {
    page.fill("#composer-input", text);
    page.keyboard().press("Enter");
  }

  private void greedy() {
    page.evaluate(
        "localStorage.setItem('wasm-chord.settings', JSON.stringify({ temperature: '0' }))");
    page.reload();
    waitFor("ready");
  }

  @Test
  void answersAndRemembers() {
    visit("");
    waitFor("ready");
    greedy();
    assertTrue((boolean) page.evaluate("crossOriginIsolated"));
    askAndWait("My name is Kelra.");
    askAndWait("What is my name?");
    assertEquals(
        "Your name is Kelra.", page.locator(".message.assistant .content").last().textContent());
    assertTrue(page.textContent("#stats").contains("memory"));
  }

  /**
   * Presses the key when an answer has a word, in the page: from here the answer may be over first.
   */
  private void pressEscapeAt(String word) {
    page.evaluate(
        """
        (word) => new MutationObserver((_, observer) => {
          if (document.querySelector('.message.assistant .content')?.textContent.includes(word)) {
            observer.disconnect();
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
          }
        }).observe(document.querySelector('#conversation'), { subtree: true, childList: true, characterData: true })
        """,
        word);
  }

  @Test
  void stopsAndGoesOn() {
    visit("");
    waitFor("ready");
    greedy();
    pressEscapeAt("owl");
    askAndWait("Tell me a story about a brave owl named Tess.");
    assertTrue(page.textContent(".message.assistant footer").contains("Stopped."));
    page.click("#new-chat");
    askAndWait("What sound does a duck make?");
    assertEquals("A duck says quack.", page.textContent(".message.assistant .content"));
  }

  @Test
  void errorsAreShownAndThePageStaysUsable() {
    visit("?model=" + models.missing());
    page.click("#accept-offer");
    page.waitForSelector("#error:not([hidden])");
    assertTrue(page.textContent("#error").contains("http_error"));
    waitFor("empty");
    page.click("#open-models");
    page.fill("#model-url", models.add(demo(), Behaviour.WHOLE));
    page.click("#load-url");
    waitFor("ready");
    page.click("#open-models");
    page.fill("#model-url", models.add(demo(), Behaviour.WRONG_RANGE));
    page.click("#load-url");
    page.waitForSelector("#error:not([hidden])");
    waitFor("ready"); // the model from before is still there
    askAndWait("Who are you?");
  }

  @Test
  void filesThatAreNoModelsAreNamedWithAReason(@TempDir Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(demo());
    byte[] other = whole.clone();
    other[new String(whole, 0, 4096, StandardCharsets.ISO_8859_1).indexOf("llama")] = 'x';
    Path half = Files.write(folder.resolve("half.gguf"), Arrays.copyOf(whole, whole.length / 2));
    Path unknown = Files.write(folder.resolve("unknown.gguf"), other);
    shows("http://127.0.0.1:" + site.port() + "/index.html", "not_a_model");
    shows(models.add(half, Behaviour.RANGES), "half.gguf");
    shows(models.add(unknown, Behaviour.RANGES), "unsupported_model");
  }

  private void shows(String model, String reason) {
    visit("?model=" + model);
    if (!model.startsWith("http://127.0.0.1:" + site.port() + "/")) {
      page.click("#accept-offer");
    }
    page.waitForSelector("#error:not([hidden])");
    assertTrue(page.textContent("#error").contains(reason), page.textContent("#error"));
    waitFor("empty");
  }

  @Test
  void aModelFromElsewhereIsLoadedOnlyWhenTheVisitorSaysSo() {
    int before = models.requests();
    String address = models.add(demo(), Behaviour.RANGES);
    visit("?model=" + address);
    page.locator("#offer").waitFor();
    assertEquals(address, page.textContent("#offer-address"));
    assertEquals("empty", page.getAttribute("body", "data-state"));
    page.click("#decline-offer");
    assertTrue(page.locator("#offer").isHidden());
    assertEquals(before, models.requests());
    visit("?model=https://elsewhere.invalid/" + "%3Cimg%20src=x%20onerror=hacked()%3E.gguf");
    page.locator("#offer").waitFor();
    assertEquals(0, page.locator("#offer img").count());
    visit("?model=data:,x");
    page.locator("#offer").waitFor();
    visit("?model=" + address);
    page.click("#accept-offer");
    waitFor("ready");
    assertTrue(page.locator("#offer").isHidden());
    assertTrue(models.requests() > before);
    page.reload(); // it was said already
    waitFor("ready");
    assertTrue(page.locator("#offer").isHidden());
    visit("?model=" + models.missing());
    page.locator("#offer").waitFor();
    page.click("#open-models");
    page.click("#load-demo"); // something else instead
    waitFor("ready");
    assertTrue(page.locator("#offer").isHidden());
  }

  @Test
  void textIsNeverMarkup() {
    visit("");
    waitFor("ready");
    askAndWait("<img src=x onerror=\"window.hacked = true\">");
    assertTrue(page.textContent(".message.user").contains("<img"));
    assertEquals(0, page.locator(".message img").count());
    assertEquals(false, page.evaluate("'hacked' in window"));
  }

  private static Path demo() {
    return Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
  }

  @Test
  void saysWhetherAModelFitsAndListsWhatIsKept() {
    visit("");
    waitFor("ready");
    page.click("#open-models");
    page.locator("#stored li").waitFor();
    assertTrue(page.textContent("#stored").contains("wasm-chord-demo-q4_k_m.gguf"));
    assertTrue(page.textContent("#fit").startsWith("Fits: needs "), page.textContent("#fit"));
    page.fill("#model-url", models.add(demo(), Behaviour.RANGES));
    page.selectOption("#kv-cache", "f16");
    page.click("#check-url");
    page.locator("#fit:has-text('5.0 M parameters')").waitFor();
    page.fill("#model-url", models.missing());
    page.click("#check-url");
    page.locator("#fit:has-text('HTTP 404')").waitFor();
    page.click("button[aria-label='Remove wasm-chord-demo-q4_k_m.gguf']");
    page.locator("#storage:has-text('No models yet')").waitFor();
  }
}
