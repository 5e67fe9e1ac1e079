package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tabs of an origin share one engine, also through a service worker, and get over its loss. */
class SharedEngineIT extends BrowserTest {
  private static final String WORKER =
      """
      import { answerRequests } from './service-worker.js';
      answerRequests();
      self.addEventListener('install', () => self.skipWaiting());
      self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
      """;

  /** What the tabs say and do. */
  private static final String TAB =
      """
      import { WasmChord } from './wasm-chord.js';
      import { shareEngine } from './shared.js';

      const REQUEST = { messages: [{ role: 'user', content: 'What is the capital of Japan?' }], temperature: 0 };
      const ask = (fetch, url, request, signal) => fetch(url, { method: 'POST', body: JSON.stringify({ ...REQUEST, ...request }), signal });
      const events = async (response) => (await response.text()).split('\\n\\n').filter(Boolean).map((event) => event.slice('data: '.length));
      const said = { loads: 0, begun: 0, aborted: 0 };

      /** An engine whose answers come when they are let. */
      const slow = (who) => {
        let letGo;
        const free = new Promise((resolve) => { letGo = resolve; });
        window.letGo = letGo;
        const wait = (signal) => new Promise((resolve, reject) => {
          said.begun++;
          signal.addEventListener('abort', () => { said.aborted++; reject(signal.reason); });
          free.then(resolve);
        });
        const create = async ({ stream, signal }) => {
          if (!stream) {
            await wait(signal);
            return { answer: who };
          }
          return (async function* () {
            yield { answer: who };
            await wait(signal);
          })();
        };
        return { modelInfo: () => ({ name: 'slow' }), chat: { completions: { create } }, dispose: async () => {} };
      };

      Object.assign(window, { said, ask, events });
      window.share = (who) => {
        window.shared = shareEngine({
          load: async () => {
            said.loads++;
            return who ? slow(who) : WasmChord.load('/models/wasm-chord-demo-q4_k_m.gguf', { threads: 1 });
          },
        });
      };
      window.ready = true;
      """;

  private SiteVariant variant;
  private BrowserContext context;

  @BeforeAll
  void serve() throws IOException {
    variant =
        SiteVariant.of(
            Map.of("sw.js", WORKER, "tab.js", TAB, "tab.html", "<!doctype html><title>tab</title>"),
            "tab.html",
            "");
  }

  @AfterAll
  void stopServing() throws IOException {
    variant.close();
  }

  @BeforeEach
  void open() {
    context = chromium.browser().newContext();
  }

  @AfterEach
  void close() {
    context.close();
  }

  private Page tab() {
    Page page = context.newPage();
    page.setDefaultTimeout(60_000);
    page.navigate("http://127.0.0.1:" + variant.server().port() + "/wasm-chord/tab.html");
    page.evaluate("async () => { await import('/wasm-chord/tab.js'); }");
    return page;
  }

  private static void waitFor(Page page, String expression) {
    page.waitForFunction(expression);
  }

  @Test
  void allTabsAndTheServiceWorkerAskOneEngine() {
    Page first = tab();
    first.evaluate("async () => { share(); await shared.ready(); }");
    Page second = tab();
    second.evaluate(
        """
        async () => {
          share();
          await navigator.serviceWorker.register('/wasm-chord/sw.js', { type: 'module' });
          await navigator.serviceWorker.ready;
        }
        """);
    waitFor(second, "() => navigator.serviceWorker.controller");
    assertEquals(
        List.of(
            "The capital of Japan is Tokyo.",
            "The capital of Japan is Tokyo.",
            "[DONE]",
            "400 invalid_request",
            "404 not_found",
            "AbortError"),
        second.evaluate(
            """
            async () => {
              const answer = await (await ask(shared.fetch, 'http://engine/v1/chat/completions')).json();
              const chunks = await events(await ask(fetch, '/v1/chat/completions', { stream: true }));
              const refused = async (response) => `${response.status} ${(await response.json()).error.code}`;
              return [
                answer.choices[0].message.content,
                chunks.slice(0, -1).map((chunk) => JSON.parse(chunk).choices[0].delta.content ?? '').join(''),
                chunks.at(-1),
                await refused(await ask(fetch, '/v1/chat/completions', { temperature: -1 })),
                await refused(await fetch('/v1/elsewhere')),
                await ask(shared.fetch, 'http://engine/v1/models', {}, AbortSignal.abort()).catch(({ name }) => name),
              ];
            }
            """));
    assertEquals(
        List.of(1, true), first.evaluate("() => [said.loads, shared.leads]"), "the engine's tab");
    assertEquals(
        List.of(0, false), second.evaluate("() => [said.loads, shared.leads]"), "the other");
  }

  @Test
  void theNextTabTakesOverAndNothingIsLost() {
    Page first = tab();
    first.evaluate("async () => { share('first'); await shared.ready(); }");
    Page second = tab();
    second.evaluate(
        """
        async () => {
          share('second');
          const gone = new AbortController();
          const abandoned = ask(shared.fetch, 'http://engine/v1/chat/completions', {}, gone.signal).catch(({ name }) => name);
          window.abandon = () => { gone.abort(); return abandoned; };
        }
        """);
    waitFor(first, "() => said.begun === 1");
    assertEquals("AbortError", second.evaluate("() => abandon()"));
    waitFor(first, "() => said.aborted === 1");
    second.evaluate(
        """
        async () => {
          window.whole = ask(shared.fetch, 'http://engine/v1/chat/completions').then((response) => response.json());
          window.streamed = ask(shared.fetch, 'http://engine/v1/chat/completions', { stream: true }).then(events);
        }
        """);
    waitFor(first, "() => said.begun === 3");
    first.close();
    assertEquals(
        List.of("{\"answer\":\"first\"}", "engine_lost"),
        second.evaluate(
            """
            async () => {
              const [chunk, error] = await streamed;
              return [chunk, JSON.parse(error).error.code];
            }
            """));
    waitFor(second, "() => said.begun === 1 && shared.leads");
    assertEquals(
        "second", second.evaluate("async () => { letGo(); return (await whole).answer; }"));
  }

  @Test
  void aTabThatIsClosedDoesNotHoldTheEngine() {
    Page first = tab();
    first.evaluate("() => share('first')");
    Page second = tab();
    second.evaluate(
        "() => { share('second'); ask(shared.fetch, 'http://engine/v1/chat/completions'); }");
    waitFor(first, "() => said.begun === 1");
    second.close();
    waitFor(first, "() => said.aborted === 1");
    Page worked = tab();
    assertEquals(
        "503 no_engine",
        worked.evaluate(
            """
            async () => {
              const { Asker } = await import('/wasm-chord/tabs/asker.js');
              const response = await new Asker('another').fetch('http://engine/v1/models');
              return `${response.status} ${(await response.json()).error.code}`;
            }
            """));
    assertEquals(
        "disposed invalid_request",
        first.evaluate(
            """
            async () => {
              await shared.close();
              const late = await shared.fetch('http://engine/v1/models').catch(({ code }) => code);
              const { shareEngine } = await import('/wasm-chord/shared.js');
              try { shareEngine({ name: 'a' }); } catch ({ code }) { return `${late} ${code}`; }
            }
            """));
  }
}
