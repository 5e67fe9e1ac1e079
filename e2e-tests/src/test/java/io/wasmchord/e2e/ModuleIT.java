package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JS module as a web app uses it. */
class ModuleIT extends BrowserTest {
  private static final String HELPERS =
      """
      const attempt = async (f) => { try { await f(); return 'no error'; } catch (e) { return e.code + ': ' + e.message; } };
      const greedy = { temperature: 0 };
      const ask = (content) => ({ messages: [{ role: 'user', content }], ...greedy });
      """;

  @TempDir Path folder;

  private static Path demo() {
    return Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
  }

  private Object run(String body, String url) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate("async ({ url }) => {" + HELPERS + body + "}", Map.of("url", url));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RANGES", "WHOLE"})
  void answersWithOrWithoutRangeRequests(Behaviour behaviour) {
    assertEquals(
        "The capital of Japan is Tokyo.|stop|7",
        run(
            """
            const chord = await WasmChord.load(url);
            const r = await chord.chat.completions.create(ask('What is the capital of Japan?'));
            await chord.dispose();
            return [r.choices[0].message.content, r.choices[0].finish_reason, r.usage.completion_tokens].join('|');
            """,
            models.add(demo(), behaviour)));
  }

  @Test
  void streamsTheSameText() {
    assertEquals(
        "assistant|true|The capital of Japan is Tokyo.|stop|true",
        run(
            """
            const chord = await WasmChord.load(url);
            let text = '', role, finish, usage, chunks = 0;
            for await (const c of await chord.chat.completions.create({ ...ask('What is the capital of Japan?'), stream: true })) {
              const { delta, finish_reason } = c.choices[0];
              role ??= delta.role; text += delta.content ?? ''; finish = finish_reason; usage = c.usage; chunks++;
            }
            await chord.dispose();
            return [role, chunks > 4, text, finish, usage.total_tokens > 10].join('|');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void prefillTellsHowMuchOfThePromptWasRead() {
    assertEquals(
        "true true true true",
        run(
            """
            const chord = await WasmChord.load(url);
            const seen = [];
            const onProgress = (p) => seen.push(p);
            const { usage } = await chord.completions.create({ prompt: 'there was an owl '.repeat(100), max_tokens: 2, onProgress });
            const rising = seen.every((p, i) => p.phase === 'prefill' && (i === 0 || p.loaded > seen[i - 1].loaded));
            const last = seen.at(-1);
            const again = [];
            await chord.chat.completions.create({ ...ask('Who are you?'), stream: false, onProgress: (p) => again.push(p.loaded / p.total) });
            await chord.dispose();
            return [seen.length > 1, rising, last.loaded === usage.prompt_tokens && last.total === usage.prompt_tokens, again.at(-1) === 1].join(' ');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void aTemplateWithoutEndIsEndedAndTheModelStaysUsable() {
    assertEquals(
        "chat_template The capital of Japan is Tokyo.",
        run(
            """
            const chord = await WasmChord.load(url);
            const chat_template = '{% for i in range(2000) %}{% for j in range(2000) %}{{ i * j }}{% endfor %}{% endfor %}';
            const refused = await chord.chat.completions.create({ ...ask('x'), chat_template }).catch((e) => e.code);
            const { choices: [{ message }] } = await chord.chat.completions.create(ask('What is the capital of Japan?'));
            await chord.dispose();
            return [refused, message.content].join(' ');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void abortStopsWithinOneTokenAndTheModelStaysUsable() {
    assertEquals(
        "cancelled|true|A duck says quack.",
        run(
            """
            const chord = await WasmChord.load(url);
            const abort = new AbortController();
            let after = 0, code;
            try {
              for await (const c of await chord.chat.completions.create({ ...ask('Tell me a story about a brave owl named Tess.'), stream: true, signal: abort.signal })) {
                if (abort.signal.aborted && c.choices[0].delta.content) after++;
                if (c.choices[0].delta.content) abort.abort();
              }
            } catch (e) { code = e.code; }
            const r = await chord.chat.completions.create(ask('What sound does a duck make?'));
            await chord.dispose();
            return [code, after <= 1, r.choices[0].message.content].join('|');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  /** A stage of a load may be long, and takes no messages meanwhile. */
  @Test
  void anAbortEndsALoadWhoseWorkerHearsNothing() {
    assertEquals(
        "cancelled|cancelled|2",
        run(
            """
            const Real = globalThis.Worker;
            let ended = 0;
            globalThis.Worker = class {
              postMessage() {}
              addEventListener() {}
              terminate() { ended++; }
            };
            const codes = [];
            for (const call of ['load', 'inspect']) {
              const abort = new AbortController();
              const answer = WasmChord[call](url, { signal: abort.signal });
              abort.abort();
              codes.push(await answer.then(() => 'none', (e) => e.code));
            }
            globalThis.Worker = Real;
            return [...codes, Math.min(ended, 2)].join('|');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void abortEndsAnAnswerThatIsWholeAndNotReadYet() {
    assertEquals(
        "cancelled false|cancelled",
        run(
            """
            const chord = await WasmChord.load(url);
            const ended = () => chord.completions.create({ prompt: 'Once', max_tokens: 1 }); // it waits for the answer
            const abort = new AbortController();
            const answer = await chord.chat.completions.create({ ...ask('What is the capital of Japan?'), stream: true, signal: abort.signal });
            let text = '', finish = false, code;
            try {
              for await (const { choices: [{ delta, finish_reason }] } of answer) {
                text += delta.content ?? '';
                finish ||= finish_reason !== null;
                if (text && !abort.signal.aborted) { await ended(); abort.abort(); }
              }
            } catch (e) { code = e.code; }
            const late = new AbortController();
            const whole = chord.chat.completions.create({ ...ask('Who are you?'), signal: late.signal }).then(() => 'text', (e) => e.code);
            late.abort();
            const parts = [[code, finish].join(' '), await whole];
            await chord.dispose();
            return parts.join('|');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void leavingTheLoopStopsAndFreesTheModel() {
    assertEquals(
        "The capital of Japan is Tokyo.",
        run(
            """
            const chord = await WasmChord.load(url);
            for await (const c of await chord.chat.completions.create({ ...ask('Tell me a joke.'), stream: true })) {
              if (c.choices[0].delta.content) break;
            }
            const r = await chord.chat.completions.create(ask('What is the capital of Japan?'));
            await chord.dispose();
            return r.choices[0].message.content;
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void theRestOfTheModule() {
    assertEquals(
        "Hello there|llama|1024|true|length|2|invalid_request|invalid_request|true|disposed",
        run(
            """
            const chord = await WasmChord.load(url);
            const text = await chord.detokenize(await chord.tokenize('Hello there'));
            const info = chord.modelInfo();
            const memory = await chord.memory();
            const c = await chord.completions.create({ prompt: 'Once upon a time', max_tokens: 2, ...greedy });
            const bad = await attempt(() => chord.completions.create({ prompt: '', temperature: -1 }));
            const beyond = await attempt(() => chord.logits([1, info.vocabularySize]));
            const both = await Promise.all([1, 2].map(() => chord.chat.completions.create(ask('Who are you?'))));
            const waited = String(both[0].choices[0].message.content === both[1].choices[0].message.content);
            await chord.dispose();
            const gone = await attempt(() => chord.tokenize('x'));
            return [text, info.architecture, info.contextLength, memory.linearBytes >= memory.modelBytes,
              c.choices[0].finish_reason, c.usage.completion_tokens, ...[bad, beyond, waited, gone].map((e) => e.split(':')[0])].join('|');
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void aFileFromDiskNeedsNoServer() {
    assertEquals(
        "The capital of Japan is Tokyo.",
        run(
            """
            const file = new File([await (await fetch(url)).blob()], 'demo.gguf');
            const chord = await WasmChord.load(file);
            const r = await chord.chat.completions.create(ask('What is the capital of Japan?'));
            await chord.dispose();
            return r.choices[0].message.content;
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  @Test
  void aLoadCanBeCancelled() {
    assertEquals(
        "cancelled",
        run(
            """
            const abort = new AbortController();
            return (await attempt(() => WasmChord.load(url, { signal: abort.signal, onProgress: (p) => { if (p.phase === 'download') abort.abort(); } }))).split(':')[0];
            """,
            models.add(demo(), Behaviour.RANGES)));
  }

  private String loadError(String url) {
    return (String) run("return attempt(() => WasmChord.load(url));", url);
  }

  @Test
  void whatIsNoModelIsRefusedWithAReason() throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("page.gguf"), "<!doctype html><title>Sign in</title>" + " ".repeat(500));
    assertTrue(
        loadError(models.add(page, Behaviour.RANGES))
            .startsWith("malformed_gguf: page.gguf: is not a GGUF file"));
    assertTrue(
        loadError("http://127.0.0.1:" + site.port() + "/index.html").startsWith("not_a_model: "));
    assertTrue(loadError(models.missing()).startsWith("http_error: "));
    assertTrue(loadError("http://127.0.0.1:9/x.gguf").startsWith("network_error: "));
    Path half = folder.resolve("half.gguf");
    byte[] whole = Files.readAllBytes(demo());
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertTrue(loadError(models.add(half, Behaviour.RANGES)).contains("the file is cut short"));
    assertTrue(loadError(models.add(demo(), Behaviour.WRONG_RANGE)).startsWith("http_error: "));
    byte[] other = whole.clone();
    int at = new String(whole, 0, 4096, StandardCharsets.ISO_8859_1).indexOf("llama");
    other[at] = 'x';
    Path unknown = Files.write(folder.resolve("unknown.gguf"), other);
    assertTrue(loadError(models.add(unknown, Behaviour.RANGES)).startsWith("unsupported_model: "));
  }

  @Test
  void theEngineStaysSmall() throws IOException {
    byte[] engine =
        Files.readAllBytes(EnginePage.site().resolve("wasm-chord").resolve("wasm-chord.wasm"));
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(engine);
    }
    assertTrue(packed.size() < 1_020_000, packed.size() + " bytes gzipped");
  }
}
