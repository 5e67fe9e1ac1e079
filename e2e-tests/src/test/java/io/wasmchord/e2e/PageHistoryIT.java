package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conversations that the page keeps: their branches, their list, and their files. */
class PageHistoryIT extends BrowserTest {
  private static final String TOKYO = "The capital of Japan is Tokyo.";
  private static final String QUACK = "A duck says quack.";

  private BrowserContext context;
  private Page page;

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
    context.addInitScript(
        "localStorage.setItem('wasm-chord.settings', JSON.stringify({ temperature: '0' }))");
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/");
    ready();
  }

  @AfterEach
  void close() {
    context.close();
  }

  private void ready() {
    page.locator("body[data-state='ready']").waitFor();
  }

  private void ask(String text) {
    int before = page.locator(".message.assistant footer").count();
    page.fill("#composer-input", text);
    page.keyboard().press("Enter");
    page.locator(".message.assistant footer").nth(before).waitFor();
    ready();
  }

  private String answer() {
    return page.locator(".message.assistant .content").last().textContent();
  }

  private void answerIs(String text) {
    page.locator(".message.assistant .content p:text-is('" + text + "')").waitFor();
    ready();
  }

  private List<String> titles() {
    return page.locator(".conversation-row .title").allTextContents();
  }

  @Test
  void questionsAndAnswersBranch() {
    ask("What is the capital of Japan?");
    assertEquals(TOKYO, answer());
    page.click(".message.user [aria-label^='Edit']");
    page.fill(".editor textarea", "What sound does a duck make?");
    page.keyboard().press("Enter");
    answerIs(QUACK);
    assertEquals("2 of 2", page.textContent(".message.user .switcher span"));
    page.click(".message.user [aria-label='Version before']");
    answerIs(TOKYO);
    page.click(".message.assistant [aria-label='Answer again']");
    page.locator(".message.assistant .switcher").waitFor();
    ready();
    assertEquals("2 of 2", page.textContent(".message.assistant .switcher span"));
    assertEquals(TOKYO, answer());
    page.reload(); // the conversation comes back, on the branch that was shown
    ready();
    page.locator(".message.assistant .switcher").waitFor();
    assertEquals("1 of 2", page.textContent(".message.user .switcher span"));
    page.click(".message.user [aria-label='Next version']");
    answerIs(QUACK);
  }

  @Test
  void conversationsAreListedFoundRenamedAndDeleted() {
    ask("What is the capital of Japan?");
    page.click("#new-chat");
    assertEquals(0, page.locator(".message").count());
    ask("What sound does a duck make?");
    page.locator(".conversation-row").nth(1).waitFor();
    assertEquals(
        List.of("What sound does a duck make?", "What is the capital of Japan?"), titles());
    page.fill("#search", "tokyo capital"); // words of an answer too
    page.waitForCondition(() -> titles().equals(List.of("What is the capital of Japan?")));
    page.click(".conversation-row .title");
    answerIs(TOKYO);
    page.fill("#search", "");
    page.locator(".conversation-row").nth(1).waitFor();
    page.click(".conversation-row.current [aria-label^='Rename']");
    page.fill(".conversation-row input", "<b>Far</b> places");
    page.keyboard().press("Enter");
    page.waitForCondition(() -> titles().contains("<b>Far</b> places"));
    page.click(".conversation-row.current [aria-label^='Delete']");
    page.waitForCondition(() -> titles().equals(List.of("What sound does a duck make?")));
    assertEquals(0, page.locator(".message").count());
    page.click("#toast button");
    page.waitForCondition(() -> titles().size() == 2);
  }

  @Test
  void conversationsAreExportedAndImported() throws IOException {
    ask("What is the capital of Japan?");
    Download download = page.waitForDownload(() -> page.click("#export-all"));
    byte[] file = Files.readAllBytes(download.path());
    page.setInputFiles("#import", new FilePayload("all.json", "application/json", file));
    page.waitForCondition(() -> titles().size() == 2);
    refused("{", "The file is no JSON");
    refused("{\"format\": \"other\"}", "format is not wasm-chord.conversations");
    String text = new String(file, StandardCharsets.UTF_8);
    refused(text.replace("\"version\": 1", "\"version\": 2"), "version is 2");
    refused(text.replace("\"user\"", "\"system\""), "conversations[0].nodes[0].role is none of");
    refused(
        text.replaceFirst("\"parent\": \"[^\"]+\"", "\"parent\": \"nowhere\""),
        "conversations[0].nodes[1].parent names no message before it");
    refused(text.replaceFirst("\"content\": \"[^\"]+\"", "\"content\": 7"), "content is no text");
    assertEquals(2, titles().size());
  }

  private void refused(String file, String reason) {
    byte[] bytes = file.getBytes(StandardCharsets.UTF_8);
    page.setInputFiles("#import", new FilePayload("wrong.json", "application/json", bytes));
    page.waitForCondition(() -> page.textContent("#toast").contains(reason));
    assertTrue(page.textContent("#toast").contains("Choose a file that this page has exported"));
  }
}
