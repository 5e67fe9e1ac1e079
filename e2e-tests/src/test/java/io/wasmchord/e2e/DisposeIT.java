package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model took is free when it has been disposed of, and not at some later collection. */
class DisposeIT extends BrowserTest {
  /**
   * Notes what the page is sent by its workers. A page that has received a model's memory keeps it
   * until its next garbage collection, however dead all workers are.
   */
  private static final String RECEIVED =
      """
      async ({ url, threads }) => {
        const received = [];
        const note = ({ data }) => received.push(...Object.values(data.message ?? data).map((value) => Object.prototype.toString.call(value)));
        const Plain = window.Worker;
        window.Worker = class extends Plain {
          constructor(...args) {
            super(...args);
            this.addEventListener('message', note);
          }
        };
        const chord = await WasmChord.load(url, { threads, cache: false });
        const { choices: [{ text }] } = await chord.completions.create({ prompt: 'Once upon a time', max_tokens: 4 });
        await chord.dispose();
        return [text.length > 0, received.length > 3, received.filter((kind) => /Memory|Module|SharedArrayBuffer/.test(kind))].join(' ').trim();
      }
      """;

  private String demo() {
    return models.add(DemoModel.path(), Behaviour.RANGES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void thePageIsNotSentTheMemory(int threads) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      assertEquals("true true", page.evaluate(RECEIVED, Map.of("url", demo(), "threads", threads)));
    }
  }

  /** A thread that sleeps in WebAssembly is ended by Chromium two seconds later, and its memory. */
  @Test
  void theThreadsLeaveTheirKernels() throws IOException {
    String told =
        """
        const real = WebAssembly.instantiate;
        WebAssembly.instantiate = async (...a) => {
          const { exports } = await real(...a);
          return { exports: { ...exports, work(...b) { exports.work(...b); new BroadcastChannel('left').postMessage(1); } } };
        };
        """;
    try (SiteVariant variant = SiteVariant.of(Map.of(), "kernel-worker.js", told);
        EnginePage page = new EnginePage(chromium, variant.server())) {
      assertEquals(
          2,
          page.evaluate(
              """
              async ({ url }) => {
                let left = 0;
                const all = new Promise((resolve) => {
                  new BroadcastChannel('left').onmessage = () => { if (++left === 2) resolve(); };
                  setTimeout(resolve, 10000);
                });
                const chord = await WasmChord.load(url, { threads: 3, cache: false });
                await chord.completions.create({ prompt: 'Once upon a time', max_tokens: 4 });
                await chord.dispose();
                await all;
                return left;
              }
              """,
              Map.of("url", demo())));
    }
  }

  @Test
  void itMayBeCalledTwiceAndByAwaitUsing() {
    try (EnginePage page = new EnginePage(chromium, site)) {
      assertEquals(
          "disposed disposed true",
          page.evaluate(
              """
              async ({ url }) => {
                const chord = await WasmChord.load(url);
                const answer = chord.completions.create({ prompt: 'a', max_tokens: 500 }).catch((e) => e.code);
                await chord.dispose();
                await chord.dispose();
                const after = await chord.tokenize('a').catch((e) => e.code);
                return [await answer, after, chord[Symbol.asyncDispose] === chord.dispose].join(' ');
              }
              """,
              Map.of("url", demo())));
    }
  }
}
