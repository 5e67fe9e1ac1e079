package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.cli.demo.DemoServer;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.RandomFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in several memories, and models whose layers pass through slots, in Chromium. */
class StreamedIT extends BrowserTest {
  private static final String HELPERS =
      """
      const tokens = [1, 20, 300, 41, 5, 66, 270, 8, 99, 10];
      const bits = async (options) => {
        const chord = await WasmChord.load(url, { contextLength: 64, ...options });
        const { data, greedy } = await chord.logits(tokens, { positions: 'all', greedy: 6 });
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
        const info = chord.modelInfo();
        const memory = await chord.memory();
        await chord.dispose();
        return { bits: Array.from(digest).join(), greedy: greedy.join(), plan: info.plan, memory, cache: info.cache, backend: info.backend };
      };
      const inspect = async (options) => (await WasmChord.inspect(url, { contextLength: 64, ...options })).plan;
      const header = await WasmChord.inspect(url);
      const plan = await inspect({ threads: 1 });
      const fixed = plan.totalBytes - plan.weightBytes;
      """;

  private Object run(String model, String body) {
    return run(RandomFiles.path(model), body);
  }

  private Object run(Path model, String body) {
    String url = models.add(model, Behaviour.RANGES);
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate("async ({ url }) => {" + HELPERS + body + "}", Map.of("url", url));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-q4_k_m", "qwen2-q4_k_m", "llama-q8_0", "mixtral-q4_k_m"})
  void severalMemoriesGiveTheSameBits(String model) {
    assertEquals(
        "true banks true true resident",
        run(
            model,
            """
            const one = await bits({});
            const some = async (more) => {
              const planned = await inspect({ threads: more.threads });
              return bits({ ...more, bankBytes: Math.round(planned.totalBytes - 0.3 * planned.weightBytes) });
            };
            const two = await some({ threads: 2 });
            const single = await some({ threads: 1, simd: 'simd128' });
            return [one.bits === two.bits && one.greedy === two.greedy, two.plan.mode, two.plan.memories > 1, single.bits === one.bits, one.plan.mode].join(' ');
            """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-q4_k_m", "qwen2-q4_k_m", "llama-f16", "mixtral-q4_k_m"})
  void oneLayerAtATimeGivesTheSameBits(String model) {
    assertEquals(
        "true true true true streamed 1 true",
        run(
            model,
            """
            const one = await bits({});
            const { slotBytes } = (await bits({ memoryBudget: Math.round(plan.totalBytes - 1), threads: 1 })).plan;
            const outside = (await bits({ memoryBudget: Math.round(plan.totalBytes - 1), threads: 1 })).memory.modelBytes;
            const results = [];
            for (const more of [{ threads: 1 }, { threads: 2 }, { cache: false }, { layerPolicy: 'lru', prefetch: 0, simd: 'none', threads: 1 }]) {
              const planned = await inspect({ threads: more.threads });
              const least = planned.totalBytes - planned.weightBytes + slotBytes;
              let budget = least, got;
              for (;; budget += slotBytes) {
                try { got = await bits({ ...more, memoryBudget: Math.round(budget) }); break; } catch (e) { if (e.code !== 'out_of_memory') throw e; }
              }
              results.push({ ...got });
            }
            const same = results.map((r) => r.bits === one.bits && r.greedy === one.greedy);
            const last = results[0];
            return [...same, last.plan.mode, last.plan.slots, last.memory.layers.bytesRead > 0].join(' ');
            """));
  }

  @Test
  void keepingLayersBeatsLeastRecentlyUsed() {
    String result =
        (String)
            run(
                "llama-q4_k_m",
                """
                const measured = [];
                for (const layerPolicy of ['pinned', 'lru']) {
                  const { memory } = await bits({ layerPolicy, prefetch: 0, threads: 1, memoryBudget: plan.totalBytes - 1 });
                  measured.push(memory.layers);
                }
                const [pinned, lru] = measured;
                return [pinned.hits > 0, lru.hits, pinned.bytesRead < lru.bytesRead, pinned.slots === lru.slots].join(' ');
                """);
    assertEquals("true 0 true true", result);
  }

  @Test
  void cacheTypesTakeLessMemory() {
    assertEquals(
        "f32 f16 q8_0 true true true",
        run(
            DemoModel.path(),
            """
            const kinds = [];
            for (const kvCache of ['f32', 'f16', 'q8_0']) kinds.push(await bits({ kvCache }));
            const [a, b, c] = kinds.map((k) => k.memory.kvCacheBytes);
            return [...kinds.map((k) => k.plan.kvCache), b === a / 2, c < b, kinds[0].greedy === kinds[1].greedy].join(' ');
            """));
  }

  @Test
  void aContextThatDoesNotFitIsRefusedBeforeTheDownload() {
    int before = models.requests();
    String error =
        (String)
            run(
                "llama-q4_k_m",
                """
                try {
                  await WasmChord.load(url, { contextLength: header.trainedContextLength, memoryBudget: Math.round(fixed + 300000) });
                  return 'loaded';
                } catch (e) { return e.code + ': ' + e.message; }
                """);
    assertTrue(error.startsWith("out_of_memory: ") && error.contains("context of"), error);
    assertTrue(models.requests() - before <= 3);
  }

  @Test
  void anInspectionSaysWhetherTheModelFits() {
    assertEquals(
        "llama true 512 true true",
        run(
            "llama-q4_k_m",
            """
            const tight = await inspect({ threads: 1, memoryBudget: plan.totalBytes - 1 });
            return [header.architecture, plan.fits && !tight.fits, header.vocabularySize, plan.kvCacheBytes > 0, plan.grantedBytes > 1e8].join(' ');
            """));
  }

  @Test
  void withoutIsolationLayersAreReadWhenTheyAreNeeded() {
    String url = models.add(RandomFiles.path("llama-q4_k_m"), Behaviour.RANGES);
    try (DemoServer plain = DemoServer.startPlain(EnginePage.site(), 0);
        EnginePage page = EnginePage.withoutServiceWorkers(chromium, plain)) {
      assertEquals(
          "false true streamed true not_isolated",
          page.evaluate(
              "async ({ url }) => {"
                  + HELPERS
                  + """
                  const one = await bits({});
                  const some = await bits({ memoryBudget: plan.totalBytes - 1 });
                  let code = 'loaded';
                  try { await bits({ memoryBudget: plan.totalBytes - 1, cache: false }); } catch (e) { code = e.code; }
                  return [crossOriginIsolated, one.bits === some.bits, some.plan.mode, some.memory.layers.readMs > 0, code].join(' ');
                  """
                  + "}",
              Map.of("url", url)));
    }
  }

  @Test
  void anAnswerThatWaitsForALayerCanBeAbortedAndAFailedReadIsATypedError() throws IOException {
    byte[] file = Files.readAllBytes(RandomFiles.path("llama-q4_k_m"));
    try (FaultServer server = new FaultServer();
        EnginePage page = new EnginePage(chromium, site)) {
      FaultServer.Served served = server.add("layers.gguf", file, Map.of(), 1);
      page.page()
          .exposeFunction(
              "ail",
              args -> {
                served.ail(FaultServer.Fault.valueOf((String) args[0]));
                return null;
              });
      page.page()
          .exposeFunction(
              "heal",
              args -> {
                served.heal();
                return null;
              });
      assertEquals(
          "cancelled weights_unavailable 3",
          page.evaluate(
              """
              async ({ url }) => {
                const { plan } = await WasmChord.inspect(url, { contextLength: 64 });
                const chord = await WasmChord.load(url, { contextLength: 64, cache: false, memoryBudget: plan.totalBytes - 1, retry: { delayMs: 5, longestMs: 20, stallMs: 60000, attempts: 3 } });
                const ask = (options) => chord.completions.create({ prompt: [1, 2, 3], temperature: 0, max_tokens: 3, ignore_eos: true, ...options });
                const attempt = async (f) => { try { return await f(); } catch (e) { return e.code; } };
                await ail('STALL');
                const aborted = await attempt(() => ask({ signal: AbortSignal.timeout(500) }));
                await ail('REFUSE');
                let failed;
                for (let i = 0; i < 20 && failed !== 'weights_unavailable'; i++) failed = await attempt(() => ask({ signal: AbortSignal.timeout(5000) }));
                await heal();
                let answer;
                for (let i = 0; i < 20 && !answer?.usage; i++) answer = await attempt(() => ask({}));
                await chord.dispose();
                return [aborted, failed, answer.usage?.completion_tokens].join(' ');
              }
              """,
              Map.of("url", served.url())));
    }
  }

  @Test
  void aFileOfTheOriginPrivateFileSystemIsASource() {
    assertEquals(
        "true false",
        run(
            "llama-q4_k_m",
            """
            const root = await navigator.storage.getDirectory();
            const handle = await root.getFileHandle('own.gguf', { create: true });
            const out = await handle.createWritable();
            await out.write(await (await fetch(url)).blob());
            await out.close();
            const one = await bits({});
            const chord = await WasmChord.load(handle, { contextLength: 64 });
            const { data } = await chord.logits(tokens, { positions: 'all', greedy: 6 });
            const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
            const { stored } = chord.modelInfo().cache;
            await chord.dispose();
            return `${Array.from(digest).join() === one.bits} ${stored}`;
            """));
  }
}
