package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import io.wasmchord.DemoModel;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitFiles;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.session.GreedyLogits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the user's own disk on the chat page. */
class PageFilesIT extends BrowserTest {
  private static final String DROP =
      """
      async ({ url, names }) => {
        const transfer = new DataTransfer();
        for (const name of names) {
          transfer.items.add(new File([await (await fetch(url)).blob()], name));
        }
        const send = (type) => dispatchEvent(new DragEvent(type, { dataTransfer: transfer, cancelable: true, bubbles: true }));
        send('dragover');
        const shown = !document.querySelector('#drop').hidden;
        send('drop');
        return shown && document.querySelector('#drop').hidden;
      }
      """;

  private BrowserContext context;
  private Page page;
  @TempDir private Path folder;

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/?model=none");
    waitFor("empty");
  }

  @AfterEach
  void close() {
    context.close();
  }

  private void waitFor(String state) {
    page.locator("body[data-state='" + state + "']").waitFor();
  }

  private String ask(String text) {
    page.fill("#composer-input", text);
    page.click("#send");
    page.locator(".message.assistant footer").last().waitFor();
    return page.locator(".message.assistant .content").last().textContent();
  }

  private void choose(Path... files) {
    page.click("#open-models");
    page.setInputFiles("#file-input", files);
  }

  @Test
  void aDroppedFileIsLoaded() {
    assertEquals(
        true,
        page.evaluate(
            DROP,
            Map.of("url", "/models/wasm-chord-demo-q4_k_m.gguf", "names", List.of("mine.gguf"))));
    waitFor("ready");
    assertTrue(ask("What is the capital of Japan?").contains("Tokyo"));
    assertEquals(
        true, page.evaluate(DROP, Map.of("url", "/index.html", "names", List.of("notes.txt"))));
    page.locator("#attachments:has-text('notes.txt')").waitFor(); // a document, not a model
    assertTrue(page.locator("#error").isHidden());
  }

  @Test
  void thePartsOfASplitModelAreChosenTogether() throws IOException {
    byte[] demo =
        Files.readAllBytes(
            Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf"));
    List<byte[]> parts =
        SplitFiles.cut(GgufReader.parse(HeapMemory.wrap(demo), demo.length, "demo"), demo, 3);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      String name = "demo-%05d-of-00003.gguf".formatted(i + 1);
      files.add(Files.write(folder.resolve(name), parts.get(i)));
    }
    choose(files.getFirst());
    page.waitForSelector("#error:not([hidden])");
    assertTrue(page.textContent("#error").contains("in 3 files"), page.textContent("#error"));
    Collections.reverse(files);
    choose(files.toArray(Path[]::new));
    waitFor("ready");
    assertTrue(ask("What is the capital of Japan?").contains("Tokyo"));
  }

  @Test
  void aModelWithoutATemplateGoesOnWithAText() throws IOException {
    Path file = DemoModel.withoutTemplate().write(folder.resolve("plain.gguf"));
    choose(file);
    waitFor("ready");
    page.evaluate("document.querySelector('#sampling [name=temperature]').value = '0'");
    page.evaluate("document.querySelector('#sampling [name=max_tokens]').value = '8'");
    page.click("#presets button:has-text('go on with a text')");
    assertTrue(page.isHidden("#no-template"));
    assertTrue(page.getAttribute("#composer-input", "placeholder").contains("Begin a text"));
    assertEquals(continued(file, "Once upon a time", 8), ask("Once upon a time").strip());
  }

  /** What follows a text on the JVM, without the space that it may begin with. */
  private static String continued(Path file, String text, int count) {
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      int[] prompt = loaded.tokenizer().encode(text, true, false);
      int[] ids = GreedyLogits.compute(loaded.model(), prompt, count, (position, rows) -> {});
      return loaded.tokenizer().decode(ids, false).strip();
    }
  }

  @Test
  void aQuestionThatCannotBeAskedComesBack() {
    choose(Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf"));
    waitFor("ready");
    String tooLong = "word ".repeat(3000);
    page.fill("#composer-input", tooLong);
    page.click("#send");
    page.waitForSelector("#error:not([hidden])");
    waitFor("ready");
    assertTrue(page.textContent("#error").contains("invalid_request"), page.textContent("#error"));
    assertEquals(0, page.locator(".message").count());
    assertEquals(tooLong.strip(), page.inputValue("#composer-input"));
    assertTrue(ask("What is the capital of Japan?").contains("Tokyo"));
  }

  @Test
  void anEmbeddingModelFindsPassagesBesideTheOneThatChats() throws IOException {
    choose(DemoModel.path());
    waitFor("ready");
    choose(TinyFiles.encoder("bert").write(folder.resolve("bert.gguf")));
    page.locator("#status:has-text('finds passages')").waitFor();
    String text = "Nothing of interest is said of gardens here.\n\n".repeat(120);
    page.setInputFiles(
        "#document-input",
        new FilePayload("notes.txt", "text/plain", text.getBytes(StandardCharsets.UTF_8)));
    page.locator("#attachments li").waitFor();
    ask("What is said?");
    page.locator(".message.user .documents:has-text('passages, by vectors')").waitFor();
  }
}
