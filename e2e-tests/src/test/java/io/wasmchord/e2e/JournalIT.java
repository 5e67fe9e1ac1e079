package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.RandomFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers whose page is closed in their middle, and that go on in the next one. */
class JournalIT extends BrowserTest {
  private static final String HELPERS =
      """
      const { WasmChordError } = await import('/wasm-chord/wasm-chord.js');
      const wrong = [];
      const same = (what, a, b) => JSON.stringify(a) === JSON.stringify(b) || wrong.push([what, a, b]);
      const code = async (f) => {
        try {
          await f();
          return 'no error';
        } catch (e) {
          return e instanceof WasmChordError ? e.code : `untyped ${e}`;
        }
      };
      const text = ({ choices: [{ message, text }] }) => message?.content ?? text;
      const heard = async (stream) => {
        const all = { text: '', id: '', finish: null };
        for await (const { id, choices: [{ delta, finish_reason }] } of stream) {
          all.id = id;
          all.text += delta?.content ?? '';
          all.finish ??= finish_reason;
        }
        return all;
      };
      const messages = [{ role: 'user', content: 'Tell me a joke.' }];
      const free = { messages, seed: 3, temperature: 1.5, ignore_eos: true, max_tokens: 40 };
      const requests = {
        sampled: { ...free, stop: ['never to come'], mirostat: 2, repetition_penalty: 1.2 },
        held: { ...free, ignore_eos: false, responseConstraint: /[A-Z][a-z ]{20,25}[.] The end[.]/ },
        unseeded: { messages, temperature: 2, ignore_eos: true, max_tokens: 30, stream: true },
      };
      const options = { parallel: 4, contextLength: 512, threads: 2 };
      const folder = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('wasm-chord-journals');
      const bytes = async (name) => new Uint8Array(await (await (await (await folder()).getFileHandle(`${name}.journal`)).getFile()).arrayBuffer());
      const put = async (name, content) => {
        const file = await (await (await folder()).getFileHandle(`${name}.journal`, { create: true })).createWritable();
        await file.write(content);
        await file.close();
      };
      """;

  private static Object run(EnginePage page, String url, Object more, String body) {
    return page.evaluate(
        "async ({ url, more }) => {" + HELPERS + body + "}", Map.of("url", url, "more", more));
  }

  /** The page is closed while it computes, and reloaded. */
  private static void reload(EnginePage page) {
    page.page().reload();
    page.page().locator("body[data-state='empty']").waitFor();
  }

  @Test
  void answersGoOnInTheNextPage() {
    Path demo = Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
    String url = models.add(demo, Behaviour.RANGES);
    String another = models.add(RandomFiles.path("llama-q4_k_m"), Behaviour.RANGES);
    try (EnginePage page = new EnginePage(chromium, site)) {
      Object expected =
          run(
              page,
              url,
              "",
              """
              const chord = await WasmChord.load(url, options);
              const texts = {};
              for (const [name, request] of Object.entries(requests)) {
                texts[name] = request.stream ? '' : text(await chord.chat.completions.create(request));
              }
              const chat = await chord.createSession({ messages, temperature: 0, max_tokens: 20, ignore_eos: true });
              texts.chat = text(await chat.prompt('And another one.'));
              const stuck = Object.keys(requests).map((name) => new Promise((resolve) => {
                let calls = 0;
                const logitsProcessor = () => (++calls < 7 ? undefined : new Promise(() => resolve(name))); // never comes back
                chord.chat.completions.create({ ...requests[name], journal: name, logitsProcessor })
                    .then(async (stream) => { texts.id ??= (await stream[Symbol.asyncIterator]().next()).value.id; });
              }));
              chat.rewind(1);
              stuck.push(new Promise((resolve) => {
                let calls = 0;
                chat.prompt('And another one.', { journal: 'chat', logitsProcessor: () => (++calls < 7 ? undefined : new Promise(() => resolve())) });
              }));
              await Promise.all(stuck);
              const names = (await WasmChord.journals.list()).map(({ name, bytes }) => (bytes > 100 ? name : 'empty'));
              same('listed', names.sort(), ['chat', 'held', 'sampled', 'unseeded']);
              same('in use', await code(() => WasmChord.journals.delete('held')), 'busy');
              return { texts, wrong };
              """);
      assertEquals(List.of(), ((Map<?, ?>) expected).get("wrong"));
      reload(page);
      Object told =
          run(
              page,
              url,
              ((Map<?, ?>) expected).get("texts"),
              """
              const logitsProcessor = () => {};
              const kept = { sampled: await bytes('sampled'), held: await bytes('held') };
              const shorter = await WasmChord.load(url, { ...options, contextLength: 256 });
              same('another context', await code(() => shorter.resume('held', { logitsProcessor })), 'session_mismatch');
              await shorter.dispose();
              const half = await WasmChord.load(url, { ...options, kvCache: 'f16' });
              same('another cache', await code(() => half.resume('held', { logitsProcessor })), 'session_mismatch');
              await half.dispose();
              const other = await WasmChord.load('%s');
              same('another model', await code(() => other.resume('held', { logitsProcessor })), 'session_mismatch');
              await other.dispose();
              await put('held', new Uint8Array([...kept.held, 9, 9, 9])); // a crash in the middle of a write
              await put('sampled', kept.sampled.slice(0, -5));
              await put('headless', kept.sampled.map((byte, i) => (i === 30 ? byte ^ 1 : byte)));
              await put('short', kept.sampled.slice(0, 40));
              const chord = await WasmChord.load(url, options);
              for (const [name, expected] of [['headless', 'session_invalid'], ['short', 'session_invalid'], ['none', 'invalid_request'], ['a/b', 'invalid_request']]) {
                same(name, await code(() => chord.resume(name, { logitsProcessor })), expected);
              }
              same('without its processor', await code(() => chord.resume('held')), 'invalid_request');
              same('sampled', text(await chord.resume('sampled', { logitsProcessor })), more.sampled);
              const stream = await heard(await chord.resume('held', { stream: true, logitsProcessor }));
              same('held', [stream.text, stream.finish], [more.held, 'stop']);
              const unseeded = await heard(await chord.resume('unseeded', { logitsProcessor }));
              same('the same answer', [unseeded.id, unseeded.text.length > 0, unseeded.finish], [more.id, true, 'length']);
              const chat = await chord.createSession();
              same('in a session', text(await chat.resume('chat', { logitsProcessor })), more.chat);
              same('and kept there', chat.messages.map(({ role }) => role), ['user', 'user', 'assistant']);
              same('of another kind', await code(() => chat.resume('headless')), 'session_invalid');
              const names = (await WasmChord.journals.list()).map(({ name }) => name);
              same('only those stay that have not ended', names.sort(), ['headless', 'short']);
              same('deleted', [await WasmChord.journals.delete('short'), await WasmChord.journals.delete('short')], [true, false]);
              for (const not of [{ n: 2 }, { logprobs: true }, { journal: 'a b' }]) {
                same(`not with ${Object.keys(not)}`, await code(() => chord.chat.completions.create({ ...free, journal: 'x', ...not })), 'invalid_request');
              }
              await chord.dispose();
              return wrong;
              """
                  .formatted(another));
      assertEquals(List.of(), told);
    }
  }

  @Test
  void aPageIsReloadedWhileItComputes() {
    Path demo = Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
    String url = models.add(demo, Behaviour.RANGES);
    try (EnginePage page = new EnginePage(chromium, site)) {
      String request =
          "const long = { prompt: 'Once upon a time', seed: 9, temperature: 1.2, ignore_eos: true, max_tokens: 480 };";
      Object expected =
          run(
              page,
              url,
              "",
              request
                  + """
                  const chord = await WasmChord.load(url, options);
                  const whole = text(await chord.completions.create(long));
                  const control = new AbortController();
                  const stream = await chord.completions.create({ ...long, stream: true, journal: 'aborted', signal: control.signal });
                  await stream[Symbol.asyncIterator]().next();
                  control.abort();
                  const again = await chord.resume('aborted', { stream: false });
                  const reads = (await chord.completions.create({ ...long, stream: true, journal: 'long' }))[Symbol.asyncIterator]();
                  await reads.next();
                  return [text(again) === whole, whole];
                  """);
      reload(page);
      assertEquals(true, ((List<?>) expected).getFirst(), "goes on after an abort");
      Object told =
          run(
              page,
              url,
              ((List<?>) expected).get(1),
              """
              const chord = await WasmChord.load(url, options);
              const answer = await chord.resume('long', { stream: false });
              same('whole', text(answer), more);
              same('counted', answer.usage.completion_tokens, 480);
              await chord.dispose();
              return wrong;
              """);
      assertEquals(List.of(), told);
    }
  }
}
