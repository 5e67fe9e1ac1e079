package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is promised of worker threads: a lost one is an error, and long use costs no memory. */
class ThreadsIT extends BrowserTest {
  private static final String DEMO = "wasm-chord-demo-q4_k_m.gguf";

  private static Path demo() {
    return Path.of(System.getProperty("chord.root"), "models", DEMO);
  }

  private Object run(SiteVariant variant, String body) {
    try (EnginePage page = new EnginePage(chromium, variant.server())) {
      return page.evaluate(
          "async ({ url }) => {" + body + "}", Map.of("url", models.add(demo(), Behaviour.RANGES)));
    }
  }

  @Test
  void aThreadThatDiesIsAnErrorAndNotAHang() throws Exception {
    String dead =
        "self.onmessage = ({ data: { port } }) => { port.postMessage('ready'); self.close(); };";
    try (SiteVariant variant =
        SiteVariant.of(Map.of("kernel-worker.js", dead), "kernel-worker.js", "")) {
      assertEquals(
          List.of("worker_lost", "worker_lost"),
          run(
              variant,
              """
              const chord = await WasmChord.load(url, { threads: 2 });
              const attempt = () => chord.completions.create({ prompt: 'Once upon a time there was a little owl.', max_tokens: 4 }).then(() => 'text', (e) => e.code);
              const first = await attempt();
              const second = await attempt();
              return [first, second];
              """));
    }
  }

  @Test
  void aThreadThatTrapsIsAnError() throws Exception {
    String trap =
        """
        const real = WebAssembly.instantiate;
        WebAssembly.instantiate = async (...a) => ({ exports: { ...(await real(...a)).exports, work() { throw new Error('trap'); } } });
        """;
    try (SiteVariant variant = SiteVariant.of(Map.of(), "kernel-worker.js", trap)) {
      assertEquals(
          "worker_lost",
          run(
              variant,
              """
              const chord = await WasmChord.load(url, { threads: 2 });
              return chord.completions.create({ prompt: 'Once upon a time there was a little owl.', max_tokens: 4 }).then(() => 'text', (e) => e.code);
              """));
    }
  }

  @Test
  void aThreadThatNeverStartsFailsTheLoad() throws Exception {
    try (SiteVariant variant = SiteVariant.of(Map.of("kernel-worker.js", ")"), "worker.js", "")) {
      assertTrue(
          ((String)
                  run(
                      variant,
                      "return WasmChord.load(url, { threads: 3 }).then(() => 'loaded', (e) => e.code + e.message);"))
              .startsWith("worker_lost"));
    }
  }

  /** A worker's own {@code new Worker} does not always return in Firefox. */
  @Test
  void onlyThePageStartsWorkers() throws Exception {
    try (SiteVariant variant = SiteVariant.of(Map.of(), "worker.js", "delete self.Worker;")) {
      assertEquals(
          2,
          run(
              variant,
              """
              const chord = await WasmChord.load(url, { threads: 2 });
              await chord.completions.create({ prompt: 'Once upon a time', max_tokens: 4 });
              return chord.modelInfo().threads;
              """));
    }
  }

  @Test
  void fiftyChatsWithAbortsLeaveMemoryFlat() {
    try (EnginePage page = new EnginePage(chromium, site)) {
      @SuppressWarnings("unchecked")
      Map<String, Object> soak =
          (Map<String, Object>)
              page.evaluate(
                  """
                  async ({ url }) => {
                    const chord = await WasmChord.load(url, { threads: 2, contextLength: 512 });
                    const golden = async () => (await chord.chat.completions.create({ temperature: 0, messages: [{ role: 'user', content: 'What is the capital of Japan?' }] })).choices[0].message.content;
                    await chord.completions.create({ prompt: 'there was an owl '.repeat(60), max_tokens: 500, ignore_eos: true }); // a full context once
                    const early = (await chord.memory()).linearBytes;
                    let x = 12345, tokens = 0, aborted = 0;
                    const random = (n) => { x = (x * 1103515245 + 12345) % 2147483648; return (x >> 8) % n; };
                    for (let chat = 0; chat < 50; chat++) {
                      const stop = new AbortController();
                      const at = random(90);
                      let here = 0;
                      if (at === 0) stop.abort();
                      try {
                        const chunks = await chord.completions.create({ prompt: 'Once upon a time' + ' there was an owl'.repeat(random(12)), max_tokens: 60, seed: chat, ignore_eos: true, stream: true, signal: stop.signal });
                        for await (const c of chunks) {
                          tokens++;
                          if (++here === at) stop.abort();
                        }
                      } catch (e) {
                        if (e.code !== 'cancelled') throw e;
                        aborted++;
                      }
                    }
                    const text = await golden();
                    const late = (await chord.memory()).linearBytes;
                    await chord.dispose();
                    return { tokens, aborted, early, late, text };
                  }
                  """,
                  Map.of("url", models.add(demo(), Behaviour.RANGES)));
      assertTrue(((Number) soak.get("tokens")).intValue() >= 2000, soak.toString());
      assertTrue(((Number) soak.get("aborted")).intValue() >= 10, soak.toString());
      assertEquals(soak.get("early"), soak.get("late"));
      assertEquals("The capital of Japan is Tokyo.", soak.get("text"));
    }
  }
}
