package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.JointSequences;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are answered at the same time, in one batch. */
class ParallelIT extends BrowserTest {
  @TempDir private Path folder;

  private static final String HELPERS =
      """
      const codeOf = (promise) => promise.then(() => 'none', (e) => e.code);
      const QUESTIONS = ['What is the capital of Japan?', 'Who are you?', 'Tell me a joke.', 'What is the capital of France?'];
      const ask = (content, more) => ({ messages: [{ role: 'user', content }], seed: 5, max_tokens: 12, ...more });
      const textOf = async (answer) => (await answer).choices[0].message.content;
      const alone = async (chord, requests) => {
        const texts = [];
        for (const request of requests) texts.push(await textOf(chord.chat.completions.create(request)));
        return texts;
      };
      const read = async (chord, request) => {
        let text = '';
        for await (const { choices: [{ delta }] } of await chord.chat.completions.create({ ...request, stream: true })) text += delta.content ?? '';
        return text;
      };
      """;

  private Object run(String body) {
    Path demo = Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url }) => {" + HELPERS + body + "}",
          Map.of("url", models.add(demo, Behaviour.RANGES)));
    }
  }

  @Test
  void requestsAreAnsweredTogetherAsTheyAreAlone() {
    assertEquals(
        "true|true|3|true|true",
        run(
            """
            const single = await WasmChord.load(url);
            const requests = QUESTIONS.map((one, i) => ask(one, { seed: i, temperature: i % 2 }));
            const expected = await alone(single, requests);
            const queued = await Promise.all(requests.map((one) => textOf(single.chat.completions.create(one))));
            const { kvCacheBytes } = await single.memory();
            const vector = (await single.embeddings.create({ input: 'cat' })).data[0].embedding;
            await single.dispose();
            const chord = await WasmChord.load(url, { parallel: 3 });
            const all = await Promise.all([...requests.map((one) => textOf(chord.chat.completions.create(one))),
              chord.embeddings.create({ input: 'cat' }), ...requests.map((one) => read(chord, one))]);
            const [embedded] = all.splice(4, 1);
            const { parallel, kvCacheBytes: planned } = chord.modelInfo().plan;
            const memory = await chord.memory();
            await chord.dispose();
            return [queued.join() === expected.join(), all.join() === [...expected, ...expected].join(), parallel,
              memory.kvCacheBytes === 3 * kvCacheBytes && planned === memory.kvCacheBytes, embedded.data[0].embedding.join() === vector.join()].join('|');
            """));
  }

  @Test
  void answersAreThoseOfTheSeedsThatFollow() {
    assertEquals(
        "true,0 1 2 3,48,true|true,0 1 2 3,48,true|true|true|true",
        run(
            """
            const parts = [];
            for (const parallel of [1, 3]) {
              const chord = await WasmChord.load(url, { parallel });
              const request = ask(QUESTIONS[2], { temperature: 1.5, ignore_eos: true });
              const expected = await alone(chord, [0, 1, 2, 3].map((i) => ({ ...request, seed: 5 + i })));
              const { choices, usage } = await chord.chat.completions.create({ ...request, n: 4 });
              const texts = choices.map(({ message }) => message.content);
              parts.push([texts.join() === expected.join(), choices.map(({ index }) => index).join(' '), usage.completion_tokens,
                usage.total_tokens === usage.prompt_tokens + 48]);
              const streamed = ['', '', '', ''];
              const ends = [];
              for await (const chunk of await chord.chat.completions.create({ ...request, n: 4, stream: true })) {
                const [{ index, delta, finish_reason }] = chunk.choices;
                streamed[index] += delta.content ?? '';
                if (finish_reason) ends.push(chunk.usage?.completion_tokens ?? 0);
              }
              parts.push(streamed.join() === expected.join() && ends.join() === '0,0,0,48');
              if (parallel > 1) {
                const { choices: [one, other] } = await chord.completions.create({ prompt: 'Once', n: 2, max_tokens: 4, seed: 1, temperature: 2 });
                const { choices: [second] } = await chord.completions.create({ prompt: 'Once', max_tokens: 4, seed: 2, temperature: 2 });
                parts.push(one.index === 0 && other.text === second.text);
              }
              await chord.dispose();
            }
            return [parts[0], parts[2], parts[1], parts[3], parts[4]].join('|');
            """));
  }

  @Test
  void severalPromptsAreAnsweredTogether() {
    assertEquals(
        "true 0,1,2,3,4,5 24 true 24,0|true 0,1,2,3,4,5 24 true 24,0",
        run(
            """
            const parts = [];
            const prompts = ['Once upon a time', 'The capital of Japan', [1, 2, 3]];
            const options = { max_tokens: 4, temperature: 1.2, ignore_eos: true };
            for (const parallel of [1, 3]) {
              const chord = await WasmChord.load(url, { parallel });
              const expected = [];
              let read = 0;
              for (const prompt of prompts) {
                for (const seed of [5, 6]) {
                  const { choices: [{ text }], usage } = await chord.completions.create({ prompt, seed, ...options });
                  expected.push(text);
                  read += seed === 5 ? usage.prompt_tokens : 0;
                }
              }
              const all = { prompt: prompts, n: 2, seed: 5, ...options };
              const { choices, usage } = await chord.completions.create(all);
              const streamed = expected.map(() => '');
              let last;
              const progress = [];
              const onProgress = ({ loaded, total }) => progress.push(total - loaded);
              for await (const chunk of await chord.completions.create({ ...all, stream: true, stream_options: { include_usage: true }, onProgress })) {
                last = chunk;
                chunk.choices.forEach(({ index, text }) => { streamed[index] += text; });
              }
              parts.push([choices.map(({ text }) => text).join() === expected.join(), choices.map(({ index }) => index).join(), usage.completion_tokens,
                usage.prompt_tokens === read && streamed.join() === expected.join(), [last.usage.completion_tokens, last.choices.length].join()].join(' '));
              await chord.dispose();
            }
            return parts.join('|');
            """));
  }

  @Test
  void whatIsAbortedOrRefusedLeavesTheOthers() {
    assertEquals(
        "cancelled|cancelled|invalid_request|true|busy|true",
        run(
            """
            const chord = await WasmChord.load(url, { parallel: 2 });
            const requests = QUESTIONS.map((one) => ask(one));
            const expected = await alone(chord, requests);
            const running = new AbortController();
            const waiting = new AbortController();
            const create = (request, signal) => chord.chat.completions.create({ ...request, signal });
            const cut = (async () => {
              for await (const { choices: [{ delta }] } of await create({ ...requests[0], stream: true, max_tokens: 500, ignore_eos: true }, running.signal)) {
                if (delta.content) running.abort();
              }
            })();
            const others = requests.map((one) => textOf(create(one)));
            const behind = create(requests[0], waiting.signal);
            const wrong = codeOf(create({ ...requests[0], temperature: -1 }));
            waiting.abort();
            const first = [await codeOf(cut), await codeOf(behind), await wrong, (await Promise.all(others)).join() === expected.join()];
            const many = Array.from({ length: 1100 }, () => new AbortController());
            const codes = many.map(({ signal }) => codeOf(create({ ...requests[0], max_tokens: 500, ignore_eos: true }, signal)));
            const busy = await codes.at(-1);
            many.forEach((one) => one.abort());
            await Promise.all(codes);
            const after = await textOf(create(requests[0])) === expected[0];
            await chord.dispose();
            return [...first, busy, after].join('|');
            """));
  }

  static List<String> kinds() {
    return JointSequences.KINDS;
  }

  /** Of each kind of layer, with SIMD: the log-probabilities say more than the tokens. */
  @ParameterizedTest
  @MethodSource("kinds")
  void answersTogetherHaveTheBitsOfAnswersAlone(String kind) throws IOException {
    Path file = TinyFiles.file(kind, 64).write(folder.resolve("tiny.gguf"));
    try (EnginePage page = new EnginePage(chromium, site)) {
      Object said =
          page.evaluate(
              """
              async ({ url }) => {
                const chord = await WasmChord.load(url, { parallel: 3, threads: 2, cache: false });
                const requests = [[1, 5, 9], [7, 3, 3, 8, 2, 30, 31], [4]].map((prompt, i) =>
                  ({ prompt, max_tokens: 8 + i, ignore_eos: true, temperature: i, seed: 3, logprobs: 3 }));
                const ask = async (request) => {
                  const { choices: [{ text, logprobs }] } = await chord.completions.create(request);
                  return JSON.stringify([text, logprobs]);
                };
                const alone = [];
                for (const request of requests) alone.push(await ask(request));
                const together = await Promise.all(requests.map(ask));
                const { backend } = chord.modelInfo();
                await chord.dispose();
                return `${backend.includes('simd')} ${alone.join() === together.join()} ${alone.every((one) => one.includes('token_logprobs'))}`;
              }
              """,
              Map.of("url", models.add(file, Behaviour.RANGES)));
      assertEquals("true true true", said);
    }
  }
}
