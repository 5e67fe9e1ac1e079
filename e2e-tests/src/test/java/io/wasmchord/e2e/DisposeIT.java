package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a model took is free when it has been disposed of, and not at some later collection. */
class DisposeIT extends BrowserTest {
  private static final long RESERVED = 4L << 30; // what a memory that may grow reserves, at least
  private static final long OTHERS = 1L << 30; // what else the process may have mapped meanwhile

  private String demo() {
    return models.add(DemoModel.path(), Behaviour.RANGES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theMemoryIsFreedAtOnce(int threads) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      page.evaluate("async () => { await WasmChord.inspect('" + demo() + "'); }", Map.of());
      long before = waitUntilSteady();
      page.evaluate(
          "async ({ url, threads }) => { window.chord = await WasmChord.load(url, { threads, cache: false }); }",
          Map.of("url", demo(), "threads", threads));
      assertTrue(RendererMemory.mappedBytes() > before + RESERVED, "the memory is there");
      page.evaluate("async () => { await window.chord.dispose(); }", Map.of());
      long deadline = System.nanoTime() + 3_000_000_000L;
      while (RendererMemory.mappedBytes() > before + OTHERS && System.nanoTime() < deadline) {
        page.page().waitForTimeout(20);
      }
      long left = RendererMemory.mappedBytes() - before;
      assertTrue(left <= OTHERS, left + " bytes more than before are mapped");
    }
  }

  private static long waitUntilSteady() {
    long last = -1;
    for (long now = RendererMemory.mappedBytes(); now != last; ) {
      last = now;
      long deadline = System.nanoTime() + 1_000_000_000L;
      do {
        Thread.onSpinWait();
        now = Math.min(now, RendererMemory.mappedBytes());
      } while (System.nanoTime() < deadline);
    }
    return last;
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
