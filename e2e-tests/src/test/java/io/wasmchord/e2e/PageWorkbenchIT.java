package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Documents, forms, tools, tokens and figures on the chat page. */
class PageWorkbenchIT extends BrowserTest {
  private BrowserContext context;
  private Page page;

  @BeforeAll
  void open() {
    context =
        chromium
            .browser()
            .newContext(
                new Browser.NewContextOptions()
                    .setPermissions(List.of("clipboard-read", "clipboard-write")));
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/");
    ready();
  }

  @AfterAll
  void close() {
    context.close();
  }

  private void ready() {
    page.locator("body[data-state='ready']").waitFor();
  }

  private String ask(String text) {
    page.click("#new-chat");
    page.fill("#composer-input", text);
    page.keyboard().press("Enter");
    page.locator(".message.assistant footer").waitFor();
    ready();
    return page.textContent(".message.assistant .content");
  }

  private void attach(String name, byte[] bytes) {
    page.setInputFiles("#document-input", new FilePayload(name, "text/plain", bytes));
  }

  @Test
  void answersKeepTheFormThatWasChosen() {
    page.click("#open-workbench");
    page.selectOption("#form-kind", "regex");
    page.fill("#form-text", "[a-c]{3}-[0-9]{2}");
    String answer = ask("What is the code?");
    assertTrue(answer.matches("[a-c]{3}-[0-9]{2}"), answer);
    page.fill("#form-text", "(");
    page.click("#new-chat");
    page.fill("#composer-input", "Again?");
    page.keyboard().press("Enter");
    page.locator("#error-text:has-text('regular expression')").waitFor();
    assertEquals("Again?", page.inputValue("#composer-input"));
    page.selectOption("#form-kind", "free");
    page.fill("#composer-input", "");
    page.click("#open-workbench");
  }

  @Test
  void documentsAreCutToWhatFitsTheQuestion() {
    attach("code.bin", new byte[] {0, 1, 2, (byte) 0xff});
    page.locator("#toast:has-text('code.bin is no text')").waitFor();
    String filler = "Nothing of interest is said of gardens here.\n\n".repeat(150);
    String text = filler + "The vault opens with a silver whistle.\n\n" + filler;
    attach("notes.txt", text.getBytes(StandardCharsets.UTF_8));
    page.locator("#attachments:has-text('notes.txt')").waitFor();
    ask("How does the vault open?");
    page.locator(".message.user .documents:has-text('passages, by words')").waitFor();
    assertTrue(
        (boolean)
            page.evaluate(
                """
                async () => {
                  const { Database } = await import('/js/history/database.js');
                  const bodies = await new Database().bodies();
                  return bodies.some(({ nodes }) => nodes[0].documents?.[0].text.includes('a silver whistle'));
                }
                """));
  }

  @Test
  void tokensShowTheirAlternatives() {
    page.click("#open-panel");
    page.check("#record-tokens");
    ask("What is the capital of Japan?");
    page.click(".message.assistant [aria-label='Show tokens']");
    page.locator(".token").first().hover();
    page.locator("#alternatives .chosen").waitFor();
    assertTrue(page.locator("#alternatives tr").count() >= 6);
    page.focus(".tokens");
    page.keyboard().press("ArrowRight");
    assertEquals(1, page.locator(".token.at").count());
    page.click(".message.assistant [aria-label='Show tokens']");
    assertEquals(0, page.locator(".token").count());
    assertTrue(Double.parseDouble(page.textContent("#speed")) > 0);
    assertTrue(page.textContent("#live-memory").contains("Weights"));
    page.uncheck("#record-tokens");
    page.click("#close-panel");
  }

  @Test
  void theBenchmarkIsCopied() {
    page.click("#open-panel");
    page.click("#tab-benchmark");
    page.click("#run-benchmark");
    page.locator("#benchmark-copy:not([hidden])").waitFor();
    ready();
    page.click("#benchmark-copy button:has-text('Markdown')");
    page.locator("#benchmark-copy button:has-text('Copied')").waitFor();
    String copied = (String) page.evaluate("navigator.clipboard.readText()");
    assertTrue(copied.contains("| 128 | ") && copied.contains("| 512 | "), copied);
    page.click("#close-panel");
  }

  /** The model here was trained for none, so the parts are asked themselves. */
  @Test
  void toolsComputeAndRefuse() {
    assertEquals(
        List.of("98", "-4", "0.5", "512", "error", "error", "error", "error"),
        page.evaluate(
            """
            async () => {
              const { calculate } = await import('/js/answers/calculator.js');
              const sums = ['2 * (3 + 4) ^ 2', '-2^2', '1/2', '2^3^2', '2 +', 'alert(1)', '('.repeat(400) + '1', '1 2'];
              return sums.map((sum) => { try { return String(calculate(sum)); } catch { return 'error'; } });
            }
            """));
  }

  @Test
  void whatIsMissingIsSaidWithARemedy() {
    page.click("#open-models");
    page.locator("#browser li").first().waitFor();
    assertEquals(5, page.locator("#browser li.has").count());
    page.keyboard().press("Escape");
    assertEquals(
        "Threads: no",
        page.evaluate(
            """
            async () => {
              Object.defineProperty(window, 'crossOriginIsolated', { value: false });
              const { showBrowser } = await import('/js/models/browser.js');
              await showBrowser();
              return document.querySelector('#browser li.lacks strong').textContent;
            }
            """));
    assertTrue(page.textContent("#browser li.lacks").contains("Cross-Origin-Embedder-Policy"));
  }
}
