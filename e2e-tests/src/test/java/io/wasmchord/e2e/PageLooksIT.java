package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import io.wasmchord.cli.bench.NpmPackage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The page in light and dark, on a desk and on a phone: axe finds nothing serious, and the README's
 * pictures are taken. They are written to {@code target/pictures}, or to the folder that the system
 * property {@code chord.pictures} names.
 */
class PageLooksIT extends BrowserTest {
  private static final NpmPackage AXE = new NpmPackage("axe-core", "4.14.1");
  private static final Path PICTURES =
      Path.of(
          System.getProperty(
              "chord.pictures", System.getProperty("chord.root") + "/e2e-tests/target/pictures"));

  /** A conversation with everything that an answer can have. */
  private static final String TALK =
      """
      {"format": "wasm-chord.conversations", "version": 1, "conversations": [{"title": "Sorting", "created": 1, "changed": 1, "leaf": "b", "nodes": [
        {"id": "a", "parent": null, "role": "user", "content": "How?", "documents": [{"name": "notes.txt", "text": "x"}]},
        {"id": "b", "parent": "a", "role": "assistant", "content": "# Ways\\n\\n[docs](https://example.org) `c`\\n\\n```java\\nx\\n```\\n\\n| a | b |\\n|--|--:|\\n| 1 | 2 |\\n\\n> q",
         "reasoning_content": "They ask.", "note": "Stopped.", "steps": [
           {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]},
           {"role": "tool", "tool_call_id": "1", "content": "7"}]},
        {"id": "c", "parent": "a", "role": "assistant", "content": "other"}]}]}
      """;

  private static final String SERIOUS =
      """
      async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))
      """;

  private record Look(String name, int width, int height, ColorScheme scheme) {
    boolean narrow() {
      return width < 800;
    }
  }

  private static final List<Look> LOOKS =
      List.of(
          new Look("demo", 1280, 800, ColorScheme.LIGHT),
          new Look("demo-dark", 1280, 800, ColorScheme.DARK),
          new Look("demo-phone", 390, 780, ColorScheme.LIGHT));

  private static String axe() throws IOException, InterruptedException {
    try {
      return Files.readString(AXE.install().resolve("node_modules/axe-core/axe.min.js"));
    } catch (IllegalStateException e) {
      Assumptions.abort(e.getMessage()); // there is no npm, or no network
      throw e;
    }
  }

  private BrowserContext context(Look look) {
    return chromium
        .browser()
        .newContext(
            new Browser.NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setReducedMotion(ReducedMotion.REDUCE)
                .setColorScheme(look.scheme()));
  }

  private Page ready(BrowserContext context) {
    Page page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/");
    page.locator("body[data-state='ready']").waitFor();
    return page;
  }

  @Test
  void axeFindsNothingSerious() throws Exception {
    String axe = axe();
    List<String> found = new ArrayList<>();
    for (Look look : LOOKS) {
      try (BrowserContext context = context(look)) {
        Page page = ready(context);
        page.evaluate(axe);
        check(page, look, "welcome", found);
        everything(page, look, found);
      }
    }
    assertEquals(List.of(), found);
  }

  private static void everything(Page page, Look look, List<String> found) {
    if (look.narrow()) {
      page.click("#open-sidebar");
    }
    page.setInputFiles(
        "#import",
        new FilePayload("talk.json", "application/json", TALK.getBytes(StandardCharsets.UTF_8)));
    page.locator(".conversation-row").waitFor();
    check(page, look, "list", found);
    page.click(".conversation-row .title");
    page.locator(".message.assistant").waitFor();
    page.click("#open-workbench");
    page.selectOption("#form-kind", "schema");
    check(page, look, "conversation", found);
    page.click("#open-workbench");
    page.click("#open-panel");
    check(page, look, "figures", found);
    page.click("#close-panel");
    page.click("#open-settings");
    check(page, look, "settings", found);
    page.keyboard().press("Escape");
    page.click("#open-models");
    page.locator("#stored li").waitFor();
    check(page, look, "models", found);
  }

  private static void check(Page page, Look look, String part, List<String> found) {
    ((List<?>) page.evaluate(SERIOUS))
        .forEach(one -> found.add(look.name() + ", " + part + ": " + one));
  }

  @Test
  void thePicturesAreTaken() throws IOException {
    Files.createDirectories(PICTURES);
    for (Look look : LOOKS) {
      try (BrowserContext context = context(look)) {
        Page page = ready(context);
        page.evaluate("document.querySelector('#sampling [name=temperature]').value = '0'");
        if (!look.narrow()) {
          page.click("#open-panel");
        }
        page.fill("#composer-input", "Tell me a story about a brave owl named Tess.");
        page.keyboard().press("Enter");
        page.locator(".message.assistant footer").waitFor();
        page.locator("body[data-state='ready']").waitFor();
        Path picture = PICTURES.resolve(look.name() + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(picture));
      }
    }
  }
}
