package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.DemoModel;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader of the chat page sees, and what a screen reader is told. */
class ChatPageViewIT extends BrowserTest {
  private static final String HIDDEN_PIXELS =
      "(() => { const log = document.querySelector('#conversation'); return log.scrollHeight - log.scrollTop - log.clientHeight; })()";

  private BrowserContext context;
  private Page page;

  @BeforeEach
  void open() {
    context =
        chromium.browser().newContext(new Browser.NewContextOptions().setViewportSize(600, 420));
    page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + site.port() + "/");
    waitFor("ready");
  }

  @AfterEach
  void close() {
    context.close();
  }

  private void waitFor(String state) {
    page.locator("body[data-state='" + state + "']").waitFor();
  }

  private void askAndWait(String text) {
    int before = page.locator(".message.assistant footer").count();
    page.fill("#composer-input", text);
    page.keyboard().press("Enter");
    page.locator(".message.assistant footer").nth(before).waitFor();
    waitFor("ready");
  }

  @Test
  void theAnswerStaysInViewWhenTheWindowIsFull() {
    for (int i = 0; i < 4; i++) {
      askAndWait("Tell me a story about a brave owl named Tess.");
      int hidden = ((Number) page.evaluate("Math.round(" + HIDDEN_PIXELS + ")")).intValue();
      assertTrue(hidden <= 1, hidden + " pixels of answer " + i + " are out of view");
    }
    assertTrue((boolean) page.evaluate("document.querySelector('#conversation').scrollTop > 200"));
  }

  @Test
  void aReaderWhoScrollsUpIsLeftThere() {
    for (int i = 0; i < 3; i++) {
      askAndWait("Tell me a story about a brave owl named Tess.");
    }
    page.evaluate(
        """
        () => new MutationObserver((_, observer) => {
          observer.disconnect();
          document.querySelector('#conversation').scrollTop = 10;
        }).observe([...document.querySelectorAll('.message')].at(-1).parentElement, { subtree: true, childList: true, characterData: true })
        """);
    page.fill("#composer-input", "Tell me a joke.");
    page.keyboard().press("Enter");
    page.locator(".message.assistant footer").nth(3).waitFor();
    assertEquals(10, page.evaluate("document.querySelector('#conversation').scrollTop"));
  }

  /** However many pieces an answer has, the work grows with its length and not with its square. */
  @Test
  void manyPiecesAreWrittenAFewTimes() {
    Object written =
        page.evaluate(
            """
            async () => {
              const { LiveAnswer } = await import('/js/chat/live-answer.js');
              const { Announcer } = await import('/js/chat/announcer.js');
              const answer = new LiveAnswer(new Announcer(), () => {});
              document.querySelector('#conversation').append(answer.node);
              let characters = 0;
              const count = (records) => records.forEach((r) => r.addedNodes.forEach((node) => { characters += node.textContent.length; }));
              const observer = new MutationObserver(count);
              observer.observe(answer.node, { subtree: true, childList: true });
              answer.think('hm');
              for (let i = 0; i < 12000; i++) {
                answer.append(i % 3000 === 2999 ? '\\n\\n' : `piece ${i}. `);
                if (i % 100 === 0) await new Promise(requestAnimationFrame);
              }
              answer.end('');
              count(observer.takeRecords());
              const shown = answer.node.querySelector('.content').innerText.replace(/\\s+/g, ' ').trim();
              return [shown === answer.text.replace(/\\s+/g, ' ').trim(), answer.text.endsWith('piece 11998. \\n\\n'), characters < 10 * answer.text.length].join(' ');
            }
            """);
    assertEquals("true true true", written);
  }

  @Test
  void screenReadersAreToldSentencesOnce() {
    askAndWait("What is the capital of Japan?");
    assertEquals("off", page.getAttribute("#conversation", "aria-live"));
    assertEquals(
        "The capital of Japan is Tokyo.",
        String.join(" ", page.locator("#announcer p").allTextContents()));
    assertEquals("auto", page.getAttribute(".message.assistant .content", "dir"));
  }

  @Test
  void theModelBeforeIsFreedBeforeTheNextIsThere() {
    page.evaluate(
        """
        async () => {
          const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
          window.seen = [];
          const { dispose } = WasmChord.prototype;
          WasmChord.prototype.dispose = function () { window.seen.push('freed'); return dispose.call(this); };
          const { load } = WasmChord;
          WasmChord.load = async (...args) => {
            const model = await load.apply(WasmChord, args);
            window.seen.push('loaded');
            return model;
          };
        }
        """);
    page.click("#open-models");
    page.fill("#model-url", models.add(DemoModel.path(), Behaviour.RANGES));
    page.click("#load-url");
    page.evaluate(
        "async () => { while (!window.seen.includes('loaded')) await new Promise(requestAnimationFrame); }");
    waitFor("ready");
    assertEquals(List.of("freed", "loaded"), page.evaluate("window.seen"));
  }
}
