package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.DemoModel;
import io.wasmchord.e2e.ModelServer.Behaviour;
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
