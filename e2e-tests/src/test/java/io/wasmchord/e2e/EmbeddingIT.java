package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.wasmchord.backend.KvType;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors of texts in the browser: the JVM's bits, and the JS module's answers and errors. */
class EmbeddingIT extends BrowserTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "the cat",
          "The cats sat, running!",
          TinyFiles.text(40),
          TinyFiles.text(62),
          "unknown");

  private static final String HELPERS =
      """
      const attempt = async (f) => { try { await f(); return 'no error'; } catch (e) { return e.code + ': ' + e.message; } };
      """;

  @TempDir private Path folder;

  private Path encoder(String name) throws IOException {
    return TinyFiles.encoder(name).write(folder.resolve(name.replaceAll("[ ,]+", "-") + ".gguf"));
  }

  private static Path demo() {
    return Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
  }

  private Object run(String body, Map<String, Object> arguments) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url, texts, options }) => {" + HELPERS + body + "}", arguments);
    }
  }

  private Object run(String body, Path file) {
    return run(
        body,
        Map.of("url", models.add(file, Behaviour.RANGES), "texts", TEXTS, "options", Map.of()));
  }

  private static float[][] onTheJvm(Path file, List<String> texts, KvType type) {
    try (LoadedModel loaded = LoadedModel.builder(file).threads(2).load()) {
      assertTrue(loaded.backendName().startsWith("vector-"), loaded.backendName());
      int context = loaded.model().config().contextLength();
      Embedder embedder = Embedder.of(loaded.model(), loaded.tokenizer(), context, type);
      return texts.stream()
          .map(t -> embedder.embed(t, EmbeddingOptions.DEFAULT, RunControl.NONE).vector())
          .toArray(float[][]::new);
    }
  }

  private void compare(Path file, List<String> texts, KvType type, Map<String, Object> options) {
    Object actual =
        run(
            """
            let chosen = options;
            if (options.streamed) {
              const { plan } = await WasmChord.inspect(url);
              chosen = { memoryBudget: plan.totalBytes - 1, cache: false };
            }
            const chord = await WasmChord.load(url, chosen);
            const { plan } = chord.modelInfo();
            if ((plan.mode === 'streamed') !== Boolean(options.streamed)) throw new Error(plan.mode);
            const { data } = await chord.embeddings.create({ input: texts, encoding_format: 'float32array' });
            await chord.dispose();
            return data.map(({ embedding }) => Array.from(new Int32Array(embedding.slice().buffer)));
            """,
            Map.of("url", models.add(file, Behaviour.RANGES), "texts", texts, "options", options));
    float[][] expected = onTheJvm(file, texts, type);
    List<?> rows = (List<?>) actual;
    assertEquals(expected.length, rows.size());
    for (int i = 0; i < expected.length; i++) {
      List<?> bits = (List<?>) rows.get(i);
      float[] row = new float[bits.size()];
      for (int j = 0; j < row.length; j++) {
        row[j] = Float.intBitsToFloat(((Number) bits.get(j)).intValue());
      }
      assertArrayEquals(expected[i], row, 0f, texts.get(i));
    }
  }

  static List<String> encoders() {
    return TinyFiles.encoders();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void theBrowserGivesTheJvmsBits(String name) throws IOException {
    compare(encoder(name), TEXTS, KvType.F32, Map.of("threads", 2));
  }

  @ParameterizedTest
  @CsvSource({"none, 1, f32", "simd128, 2, f32", "relaxed, 3, f16", "none, 1, f16"})
  void withEveryKindOfKernel(String simd, int threads, String kvCache) throws IOException {
    KvType type = kvCache.equals("f16") ? KvType.F16 : KvType.F32;
    compare(
        encoder("nomic-bert"),
        TEXTS,
        type,
        Map.of("simd", simd, "threads", threads, "kvCache", kvCache));
  }

  @Test
  void withLayersThatPassThrough() throws IOException {
    compare(encoder("bert"), TEXTS, KvType.F32, Map.of("streamed", true));
  }

  @Test
  void aLanguageModelToo() {
    compare(demo(), List.of("Hello", "a long text ".repeat(60)), KvType.F32, Map.of());
  }

  @Test
  void answersHaveOpenAisShape() throws IOException {
    assertEquals(
        "list|embedding|1|true|32|bert|12|12|true|true|4|embedding|mean|64|true",
        run(
            """
            const chord = await WasmChord.load(url);
            const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
            const r = await chord.embeddings.create({ input: ['the cat', 'the cat sat on the mat'] });
            const { embedding, index } = r.data[1];
            const one = await chord.embeddings.create({ input: 'the cat' });
            const raw = await chord.embeddings.create({ input: 'the cat', normalize: false });
            const each = await chord.embeddings.create({ input: 'the cat', pooling: 'none' });
            const info = chord.modelInfo();
            const memory = await chord.memory();
            await chord.dispose();
            return [r.object, r.data[1].object, index, Array.isArray(embedding), embedding.length, r.model.split('.')[0],
              r.usage.prompt_tokens, r.usage.total_tokens, Math.abs(dot(embedding, embedding) - 1) < 1e-5,
              Math.abs(dot(raw.data[0].embedding, raw.data[0].embedding) - 1) > 1e-3 && dot(one.data[0].embedding, r.data[0].embedding) > 0.99999,
              each.data[0].embedding.length, info.kind, info.pooling, info.contextLength, memory.kvCacheBytes === 0].join('|');
            """,
            encoder("bert")));
  }

  @Test
  void vectorsComeAsNumbersBytesOrATypedArray() throws IOException {
    assertEquals(
        "32 numbers|32 float32array|same bits as base64|same bits of ids|3 texts of ids|4 x 32 of each token|32 of all",
        run(
            """
            const chord = await WasmChord.load(url);
            const ask = async (input, more) => (await chord.embeddings.create({ input, model: 'any', user: 'u', ...more })).data.map(({ embedding }) => embedding);
            const [numbers] = await ask('the cat');
            const [typed] = await ask('the cat', { encoding_format: 'float32array' });
            const [bytes] = await ask('the cat', { encoding_format: 'base64' });
            const ids = await chord.tokenize('the cat');
            const several = await ask([ids, 'the cat', new Uint16Array(ids)]);
            const [each] = await ask('the cat', { pooling: 'none', encoding_format: 'float' });
            const decoded = new Float32Array(Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0)).buffer);
            const same = (a) => (a.length === numbers.length && numbers.every((value, i) => value === a[i]) ? 'same bits' : 'other bits');
            const all = await ask('the cat', { dimensions: 32 });
            await chord.dispose();
            return [`${numbers.length} ${Array.isArray(numbers) ? 'numbers' : ''}`, `${typed.length} ${typed instanceof Float32Array ? 'float32array' : ''}`,
              same(typed) === same(decoded) ? `${same(decoded)} as base64` : 'other', `${same(several[0])} of ids`,
              `${several.filter((one) => same(one) === 'same bits').length} texts of ids`, `${each.length} x ${each[0].length} of each token`, `${all[0].length} of all`].join('|');
            """,
            encoder("bert")));
  }

  @Test
  void aModelThatIsTrainedForItGivesShorterVectors() throws IOException {
    Path file = encoder("nomic-bert");
    Path known = Files.copy(file, folder.resolve("nomic-embed-text-v1.5.Q8_0.gguf"));
    Path other = Files.copy(file, folder.resolve("another-encoder.gguf"));
    String body =
        """
        const chord = await WasmChord.load(url);
        const ask = (more) => chord.embeddings.create({ input: 'the cat', encoding_format: 'float32array', ...more }).then(({ data }) => data[0].embedding, (e) => `${e.code}: ${e.message}`);
        const [whole, short, raw, each, most] = [await ask({}), await ask({ dimensions: 8 }), await ask({ dimensions: 8, normalize: false }),
          await ask({ dimensions: 8, pooling: 'none' }), await ask({ dimensions: 4000 })];
        await chord.dispose();
        if (typeof short === 'string') {
          return short;
        }
        const begin = Array.from(whole.slice(0, 8));
        const length = Math.hypot(...begin);
        const close = (a, b) => a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-6);
        const ratio = raw.map((value, i) => value / short[i]);
        return [close(short, begin.map((value) => value / length)), Math.abs(Math.hypot(...short) - 1) < 1e-6, Math.abs(Math.hypot(...raw) - 1) > 1e-3,
          ratio.every((value) => Math.abs(value - ratio[0]) < 1e-4 * ratio[0]), each.every((vector) => vector.length === 8), most].join('|');
        """;
    assertEquals(
        "true|true|true|true|true|invalid_request: dimensions is 4000; the vectors of nomic-embed-text-v1.5.Q8_0.gguf have 32 numbers",
        run(body, known));
    String refused = (String) run(body, other);
    assertTrue(
        refused.startsWith(
            "invalid_request: dimensions is 8, but another-encoder.gguf is not known to be trained for shorter vectors"),
        refused);
  }

  @Test
  void badRequestsAreRefusedWithAReasonAndTheModelStaysUsable() throws IOException {
    String errors =
        (String)
            run(
                """
                const chord = await WasmChord.load(url);
                const create = (p) => attempt(() => chord.embeddings.create(p));
                const long = 'cat '.repeat(100);
                const abort = new AbortController();
                const running = create({ input: Array(200).fill(long), truncate: true, signal: abort.signal });
                const waiting = create({ input: 'x' });
                abort.abort();
                const all = [await running, await waiting, await create({}), await create({ input: [] }), await create({ input: ['x', true] }),
                  await create({ input: 'x', pooling: 'rank' }), await create({ input: 'x', truncate: 1 }), await create({ input: ['x', long] }),
                  await attempt(() => chord.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }] })),
                  await attempt(() => chord.completions.create({ prompt: 'Hi' })), await attempt(() => chord.logits([1]))];
                const { usage } = await chord.embeddings.create({ input: long, truncate: true });
                await chord.dispose();
                return [...all, usage.prompt_tokens].join('\\n');
                """,
                encoder("bert"));
    String[] lines = errors.split("\n", -1);
    String[] expected = {
      "cancelled: ",
      "no error",
      "invalid_request: input is missing",
      "invalid_request: input is a text",
      "invalid_request: input[1] is a text",
      "invalid_request: pooling is",
      "invalid_request: truncate is",
      "invalid_request: input 1: the text has 102 tokens",
      "embedding_only: this is an embedding model (bert)",
      "embedding_only: ",
      "embedding_only: ",
      "64"
    };
    assertEquals(expected.length, lines.length, errors);
    for (int i = 0; i < lines.length; i++) {
      assertTrue(lines[i].startsWith(expected[i]), lines[i]);
    }
  }

  @Test
  void aConversationGoesOnAfterwards() {
    assertEquals(
        "The capital of Japan is Tokyo.|The capital of Japan is Tokyo.|0|256|language|last",
        run(
            """
            const chord = await WasmChord.load(url);
            const ask = () => chord.chat.completions.create({ messages: [{ role: 'user', content: 'What is the capital of Japan?' }], temperature: 0 });
            const first = await ask();
            const { data } = await chord.embeddings.create({ input: 'Tokyo' });
            const second = await ask();
            const { kind, pooling } = chord.modelInfo();
            await chord.dispose();
            return [first.choices[0].message.content, second.choices[0].message.content, second.usage.cached_tokens, data[0].embedding.length, kind, pooling].join('|');
            """,
            demo()));
  }

  @Test
  void aHeaderTellsWhatKindOfModelItIs() throws IOException {
    assertEquals(
        "embedding|cls|64",
        run(
            "const i = await WasmChord.inspect(url); return [i.kind, i.pooling, i.plan.contextLength].join('|');",
            encoder("bert with one matrix for queries, keys and values")));
  }

  @Test
  void theChatPageSaysThatItCannotChat() throws IOException {
    try (BrowserContext context = chromium.browser().newContext()) {
      Page page = context.newPage();
      page.setDefaultTimeout(60_000);
      String url = models.add(encoder("bert"), Behaviour.RANGES);
      page.navigate("http://127.0.0.1:" + site.port() + "/?model=" + url);
      page.click("#accept-offer");
      page.locator("body[data-state='empty']").waitFor();
      assertEquals("This model cannot chat.", page.textContent("#status"));
      assertTrue(page.textContent("#about").contains("embeddings.create"));
      assertTrue(page.isDisabled("#send"));
    }
  }
}
