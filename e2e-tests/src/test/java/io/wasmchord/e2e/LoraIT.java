package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyAdapters;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters in the browser: the JVM's bits, and the JS module's answers and errors. */
class LoraIT extends BrowserTest {
  private static final int[] PROMPT = {1, 20, 30, 4, 5};

  @TempDir private Path folder;

  private static GgufFile header(HeapWeights source) {
    return GgufReader.parse(source.bytes(), source.size(), source.name());
  }

  private Path model(String name) throws IOException {
    return TinyFiles.file(name).write(folder.resolve("model.gguf"));
  }

  private Path adapter(String model, int seed) throws IOException {
    GgufFile header = header(TinyFiles.file(model));
    List<String> weights =
        TinyAdapters.matrices(header).stream()
            .filter(n -> n.equals("output.weight") || n.matches(".*(attn|ffn)_(q|qkv|output|up_exps|down_exps)\\..*"))
            .toList();
    return TinyAdapters.file(header, seed, 6, weights).write(folder.resolve(seed + ".gguf"));
  }

  private Object run(String body, Path model, Path one, Path other, Map<String, Object> options) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url, one, other, prompt, options }) => {" + body + "}",
          Map.of(
              "url",
              models.add(model, Behaviour.RANGES),
              "one",
              models.add(one, Behaviour.RANGES),
              "other",
              models.add(other, Behaviour.RANGES),
              "prompt",
              Arrays.stream(PROMPT).boxed().toList(),
              "options",
              options));
    }
  }

  private static String bits(LoadedModel loaded) {
    KvCache cache = loaded.model().newCache(16, KvType.F32);
    float[] logits = loaded.model().forward(PROMPT, 0, cache, Model.Wanted.LAST);
    loaded.model().release(cache);
    StringBuilder bits = new StringBuilder();
    for (float logit : logits) {
      bits.append(bits.isEmpty() ? "" : ",").append(Float.floatToRawIntBits(logit));
    }
    return bits.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "llama, none, resident",
    "llama, simd128, resident",
    "phi3, auto, resident",
    "gemma3, auto, resident",
    "mixtral, simd128, resident",
    "gpt-oss, auto, streamed",
    "llama, auto, streamed",
    "llama, auto, banks"
  })
  void haveTheJvmsBits(String name, String simd, String mode) throws IOException {
    Path model = model(name);
    Path one = adapter(name, 1);
    Path other = adapter(name, 2);
    String expected;
    try (LoadedModel loaded = LoadedModel.builder(model).threads(2).load()) {
      expected = bits(loaded) + "|";
      loaded
          .adapters()
          .use(
              List.of(
                  new AdapterScale(loaded.loadAdapter("one", one), 0.7f),
                  new AdapterScale(loaded.loadAdapter("other", other), -0.4f)));
      expected += bits(loaded);
    }
    Object actual =
        run(
            """
            let chosen = { simd: options.simd, threads: 2, cache: false };
            const { plan } = await WasmChord.inspect(url);
            if (options.mode === 'streamed') {
              const adapterMemory = 2 ** 20;
              chosen = { ...chosen, adapterMemory, memoryBudget: plan.totalBytes - 1 + adapterMemory };
            } else if (options.mode === 'banks') {
              chosen = { ...chosen, bankBytes: plan.totalBytes - 1 };
            }
            const chord = await WasmChord.load(url, chosen);
            const bits = async () => Array.from(new Int32Array((await chord.logits(prompt)).data.slice().buffer)).join(',');
            const plain = await bits();
            const before = (await chord.memory()).adapterBytes;
            await chord.loadAdapter(one, { name: 'one', cache: false });
            await chord.loadAdapter(await (await fetch(other)).blob(), { name: 'other' });
            await chord.setAdapters([{ name: 'one', scale: 0.7 }, { name: 'other', scale: -0.4 }]);
            const adapted = await bits();
            const during = (await chord.memory()).adapterBytes;
            await chord.setAdapters([]);
            if (await bits() !== plain) throw new Error('the weights changed');
            await chord.unloadAdapter('one');
            await chord.unloadAdapter('other');
            const after = (await chord.memory()).adapterBytes;
            if (before !== 0 || after !== 0 || during < 1000) throw new Error(`bytes ${[before, during, after]}`);
            if (chord.modelInfo().plan.mode !== options.mode) throw new Error(chord.modelInfo().plan.mode);
            await chord.dispose();
            return `${plain}|${adapted}`;
            """,
            model,
            one,
            other,
            Map.of("simd", simd, "mode", mode));
    assertEquals(expected, actual);
  }

  @Test
  void areChosenByRequest() throws IOException {
    Path model = model("llama");
    Object said =
        run(
            """
            const attempt = async (f) => { try { await f(); return 'no error'; } catch (e) { return e.code + ': ' + e.message; } };
            const chord = await WasmChord.load(url, { threads: 2, cache: false });
            const { name, rank, bytes } = await chord.loadAdapter(one, { name: 'one', cache: false });
            const ask = async (lora) => {
              const { choices: [{ text }], usage } = await chord.completions.create({ prompt, temperature: 0, max_tokens: 6, lora });
              return [text, usage.prompt_tokens_details?.cached_tokens];
            };
            const [plain] = await ask();
            const [adapted, cached] = await ask([{ name: 'one' }]);
            const [, reused] = await ask([{ name: 'one', scale: 1 }]);
            const [again] = await ask();
            const told = [name, rank, bytes > 0, plain === adapted, plain === again, cached, reused,
              await attempt(() => ask([{ name: 'two' }])),
              await attempt(() => ask([{ scale: 1 }])),
              await attempt(() => ask({ name: 'one' })),
              await attempt(() => chord.setAdapters([{ name: 'one', weight: 1 }])),
              await attempt(() => chord.loadAdapter(one, { name: 'one', cache: false })),
              (await attempt(() => chord.loadAdapter(url, { name: 'model', cache: false }))).split(':')[0],
              (await attempt(() => WasmChord.load(one, { cache: false }))).split(':')[0]];
            await chord.dispose();
            return told.join('|');
            """,
            model,
            adapter("llama", 1),
            adapter("llama", 2),
            Map.of());
    assertEquals(
        String.join(
            "|",
            "one",
            "6",
            "true",
            "false",
            "true",
            "0",
            "4",
            "invalid_request: there is no adapter called 'two'; there are 'one'",
            "invalid_request: lora[0].name is the name of an adapter, not null",
            "invalid_request: lora is a list of { name, scale }, not an object with name",
            "invalid_request: adapters[0].weight is not known; an adapter has a name and a scale",
            "invalid_request: an adapter called 'one' is loaded; unload it, or choose another name",
            "invalid_adapter",
            "unsupported_model"),
        said);
  }
}
