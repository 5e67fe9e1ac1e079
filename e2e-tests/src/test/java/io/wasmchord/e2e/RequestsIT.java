package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every public call of the JS module, with arguments right and wrong, whole and odd. */
class RequestsIT extends BrowserTest {
  private static final String TOKYO = "The capital of Japan is Tokyo.";

  private static final String HELPERS =
      """
      const { WasmChordError } = await import('/wasm-chord/wasm-chord.js');
      const m = [{ role: 'user', content: 'What is the capital of Japan?' }];
      const said = async (f) => {
        try {
          const value = await f();
          return `no error: ${JSON.stringify(value)}`;
        } catch (e) {
          return e instanceof WasmChordError ? `${e.code}: ${e.message}` : `untyped ${e?.name}: ${e?.message}`;
        }
      };
      const text = ({ choices: [{ message }] }) => message.content;
      const load = (source, options) => WasmChord.load(source, { threads: 1, ...options });
      """;

  private Object run(String body) {
    Path demo = Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url }) => {" + HELPERS + body + "}",
          Map.of("url", models.add(demo, Behaviour.RANGES)));
    }
  }

  /** A call, and how what it is told begins. */
  private record Case(String call, String told) {
    static Case chat(String more, String told) {
      return new Case("chat({ messages: m, " + more + " })", "invalid_request: " + told);
    }

    static Case messages(String messages, String told) {
      return new Case("chat({ messages: " + messages + " })", "invalid_request: " + told);
    }

    static Case invalid(String call, String told) {
      return new Case(call, "invalid_request: " + told);
    }
  }

  /** Makes all calls on one page and one model, which must answer as ever after each. */
  private void refuses(List<Case> cases) {
    String calls =
        cases.stream().map(c -> "async () => " + c.call()).collect(Collectors.joining(",\n"));
    List<?> told =
        (List<?>)
            run(
                """
                const chord = await load(url);
                const chat = (p) => chord.chat.completions.create(p);
                const complete = (p) => chord.completions.create(p);
                const embed = (p) => chord.embeddings.create(p);
                const told = [];
                for (const call of [%s]) {
                  told.push(await said(call), (await complete({ prompt: [1], max_tokens: 1 })).usage.completion_tokens);
                }
                told.push(text(await chat({ messages: m, temperature: 0 })));
                await chord.dispose();
                return told;
                """
                    .formatted(calls));
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      if (!String.valueOf(told.get(2 * i)).startsWith(cases.get(i).told())
          || !told.get(2 * i + 1).equals(1)) {
        wrong.add(cases.get(i) + " was told " + told.get(2 * i) + "; then " + told.get(2 * i + 1));
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(TOKYO, told.getLast());
  }

  @Test
  void numbersAreCheckedAsTheyWereGiven() {
    refuses(
        List.of(
            Case.chat("max_tokens: NaN", "max_tokens is a whole number of tokens, or -1 or"),
            Case.chat("max_tokens: 'x'", "max_tokens is a whole number of tokens, or -1 or"),
            Case.chat("max_tokens: 1.5", "max_tokens is a whole number of tokens, or -1 or"),
            Case.chat("max_tokens: -2", "max_tokens is a whole number of tokens, or -1 or"),
            Case.chat("max_tokens: 5n", "max_tokens is a whole number of tokens, or -1 or"),
            Case.chat("max_completion_tokens: '5'", "max_completion_tokens is a whole number"),
            Case.chat("temperature: NaN", "temperature is a number from 0 to 100, not NaN"),
            Case.chat("temperature: Infinity", "temperature is a number from 0 to 100, not Infin"),
            Case.chat("temperature: -0.1", "temperature is a number from 0 to 100, not -0.1"),
            Case.chat("temperature: '0'", "temperature is a number from 0 to 100, not \"0\""),
            Case.chat("top_p: 1.5", "top_p is a number from 0 to 1, not 1.5"),
            Case.chat("top_k: -1", "top_k is a whole number from 0"),
            Case.chat("top_k: 2.5", "top_k is a whole number from 0"),
            Case.chat("min_p: [0]", "min_p is a number from 0 to 1, not a list of 1"),
            Case.chat("repetition_penalty: 0", "repetition_penalty is a number from 0.001 to 1000"),
            Case.chat("frequency_penalty: NaN", "frequency_penalty is a number from -100 to 100"),
            Case.chat("presence_penalty: {}", "presence_penalty is a number from -100 to 100"),
            Case.chat("seed: 1.5", "seed is a whole number from"),
            Case.chat("seed: 2 ** 64", "seed is a whole number from"),
            Case.invalid("complete({ prompt: 'x', max_tokens: NaN })", "max_tokens is a whole"),
            Case.invalid("chord.logits([1], { greedy: -1 })", "greedy is a whole number from 0"),
            Case.invalid("chord.logits([1], { greedy: 2 ** 31 - 1 })", "1 tokens and 2147483647"),
            Case.invalid("load(url, { threads: NaN })", "threads is a whole number from 1 to 64"),
            Case.invalid("load(url, { contextLength: 2 ** 32 })", "contextLength is a whole"),
            Case.invalid("load(url, { memoryBudget: 'x' })", "memoryBudget is a whole number"),
            Case.invalid("load(url, { bankBytes: -1 })", "bankBytes is a whole number from 1"),
            Case.invalid("load(url, { prefetch: Infinity })", "prefetch is a whole number from"),
            Case.invalid("load(url, { retry: { attempts: 0 } })", "retry.attempts is a whole")));
  }

  @Test
  void whatCannotBeMetIsRefusedByName() {
    refuses(
        List.of(
            Case.chat("response_format: { type: 'xml' }", "response_format.type is 'text',"),
            Case.chat("n: 129", "n is a whole number from 1 to 128, not 129"),
            Case.chat("logprobs: 3", "logprobs is true or false, not 3"),
            Case.chat("top_logprobs: 3", "top_logprobs is 3 without logprobs"),
            Case.chat("logitsProcessor: 3", "logitsProcessor is a function, not 3"),
            Case.chat("logit_bias: { 50256: -100 }", "logit_bias names token 50256; the model has"),
            Case.chat("modalities: ['text', 'audio']", "modalities is not supported"),
            Case.chat("reasoning_effort: 'low'", "reasoning_effort is not supported"),
            Case.chat("functions: [{ name: 'f' }]", "functions is not supported"),
            Case.chat("store: true", "store is not supported"),
            Case.chat("service_tier: 'flex'", "service_tier is 'auto' or 'default', not \"flex\""),
            Case.chat("tool_choice: 'required'", "tool_choice asks for a call, and there are no"),
            Case.chat("tools: [{ type: 'custom', custom: {} }]", "tools[0] is of type \"custom\""),
            Case.chat("max_tokens: 5, max_completion_tokens: 6", "max_tokens and max_completion_t"),
            Case.chat(
                "maxTokens: 5", "chat.completions.create has no option \"maxTokens\"; is max_"),
            Case.chat("repeat_penalty: 1.1", "chat.completions.create has no option \"repeat_pe"),
            Case.chat("stream: 'yes'", "stream is true or false"),
            Case.chat("stop: ['a', '']", "stop[1] is a text that is not empty"),
            Case.chat("tools: { f: 1 }", "tools is a list of tools"),
            Case.chat("tools: [{ n: 1n }]", "tools cannot be written as JSON"),
            Case.chat("chat_template_kwargs: []", "chat_template_kwargs is an object"),
            Case.chat("template: 5", "template is a text"),
            Case.invalid("complete({ prompt: 'x', echo: 1 })", "echo is true or false, not 1"),
            Case.invalid("complete({ prompt: 'x', best_of: 3 })", "best_of is not supported"),
            Case.invalid("complete({ prompt: 'x', logprobs: 21 })", "logprobs is a whole number"),
            Case.invalid("complete({ prompt: 'x', suffix: 'y' })", "suffix is not supported"),
            Case.invalid("embed({ input: 'x', dimensions: 8 })", "dimensions is 8, but "),
            Case.invalid("embed({ input: 'x', dimensions: 0 })", "dimensions is a whole number"),
            Case.invalid("embed({ input: 'x', encoding_format: 'hex' })", "encoding_format is 'f"),
            Case.invalid("load(url, { context: 5 })", "load has no option \"context\"; is context"),
            Case.invalid("chord.tokenize('x', { add_special: true })", "tokenize has no option")));
  }

  @Test
  void messagesAreCheckedOneByOne() {
    refuses(
        List.of(
            Case.messages("null", "messages is missing"),
            Case.messages("[]", "messages is a list of one message or more, not an empty list"),
            Case.messages("'Hi'", "messages is a list of one message or more, not \"Hi\""),
            Case.messages("[null]", "messages[0] is an object with role and content, not null"),
            Case.messages("[...m, 'Hi']", "messages[1] is an object with role and content"),
            Case.messages("[{ content: 'x' }]", "messages[0].role is a text"),
            Case.messages("[{ role: 5, content: 'x' }]", "messages[0].role is a text"),
            Case.messages("[{ role: 'user' }]", "messages[0].content is missing"),
            Case.messages("[{ role: 'user', content: null }]", "messages[0].content is missing"),
            Case.messages("[{ role: 'assistant', content: null }]", "messages[0].content is miss"),
            Case.messages("[{ role: 'user', content: {} }]", "messages[0].content is a text or a"),
            Case.messages("[{ role: 'user', content: ['a'] }]", "messages[0].content[0] is { type"),
            Case.messages(
                "[{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type:"
                    + " 'image_url', image_url: { url: 'x' } }] }]",
                "messages[0].content[1] is of type \"image_url\""),
            Case.messages(
                "[{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }]",
                "messages[0].content[0] is of type \"input_audio\""),
            Case.messages(
                "[{ role: 'user', content: [{ type: 'file', file: {} }] }]",
                "messages[0].content[0] is of type \"file\"")));
  }

  @Test
  void noCallFailsUntyped() {
    refuses(
        List.of(
            Case.invalid("chat()", "chat.completions.create takes an object of options, not und"),
            Case.invalid("chat(null)", "chat.completions.create takes an object of options"),
            Case.invalid("chat('Hi')", "chat.completions.create takes an object of options"),
            Case.invalid("complete()", "completions.create takes an object of options"),
            Case.invalid("complete({})", "prompt is missing"),
            Case.invalid("complete({ prompt: 5 })", "prompt is a text, a list of token ids"),
            Case.invalid("complete({ prompt: ['a', true] })", "prompt[1] is a text or a list of"),
            Case.invalid("complete({ prompt: [99999] })", "there is no token 99999; ids are 0 to"),
            Case.invalid("complete({ prompt: [1.5] })", "prompt[0] is a token id, not 1.5"),
            Case.invalid("embed()", "embeddings.create takes an object of options"),
            Case.invalid("embed({ input: null })", "input is missing"),
            Case.invalid("embed({ input: [99999] })", "input 0: there is no token 99999"),
            Case.invalid("chord.tokenize()", "text is a text, not undefined"),
            Case.invalid("chord.tokenize(5)", "text is a text, not 5"),
            Case.invalid("chord.tokenize('x', 5)", "tokenize takes an object of options"),
            Case.invalid("chord.tokenize('x', { addSpecial: 1 })", "addSpecial is true or false"),
            Case.invalid("chord.detokenize()", "ids is a list of token ids, not undefined"),
            Case.invalid("chord.detokenize('x')", "ids is a list of token ids, not \"x\""),
            Case.invalid("chord.detokenize([99999])", "there is no token 99999; ids are 0 to"),
            Case.invalid("chord.detokenize([-1])", "ids[0] is a token id, not -1"),
            Case.invalid("chord.logits()", "tokens is a list of token ids, not undefined"),
            Case.invalid("chord.logits([])", "0 tokens and 0 greedy ones"),
            Case.invalid("chord.logits([1], { positions: 'some' })", "positions is 'all' or 'las"),
            Case.invalid("load()", "a model is loaded from an address"),
            Case.invalid("load(null)", "a model is loaded from an address"),
            Case.invalid("load('')", "the address of a model is empty"),
            Case.invalid("load(5)", "a model is loaded from an address"),
            Case.invalid("load({})", "a model is loaded from an address"),
            Case.invalid("load([])", "the source of a model is an empty list"),
            Case.invalid("load('http://[')", "\"http://[\" is no address of a model"),
            Case.invalid("load({ repo: 'a/b' })", "file is missing; a file of the hub needs"),
            Case.invalid("load({ repo: 'a/b', file: 5 })", "file is a text, not 5"),
            Case.invalid("WasmChord.load(url, 5)", "load takes an object of options, not 5"),
            Case.invalid("WasmChord.inspect()", "a model is loaded from an address"),
            Case.invalid("load(url, { onProgress: 5 })", "onProgress is a function, not 5"),
            Case.invalid("load(url, { headers: 5 })", "headers is an object of names"),
            Case.invalid("load(url, { signal: {} })", "signal is an AbortSignal"),
            new Case("load(new Response('x', { status: 404 }))", "http_error: the answer has sta"),
            Case.invalid("load(new Response(null))", "the answer has no body"),
            Case.invalid(
                "{ const b = new ArrayBuffer(8); structuredClone(b, { transfer: [b] }); return"
                    + " load(b); }",
                "the buffer with the model was given away"),
            new Case("load(new ArrayBuffer(8))", "malformed_gguf: "),
            new Case("load(new Uint8Array(2000))", "malformed_gguf: model.gguf: is not a GGUF")));
  }

  @Test
  void aRequestThatFailsToStartFreesTheModel() {
    refuses(
        List.of(
            Case.chat("signal: new AbortController()", "signal is an AbortSignal"),
            Case.chat("signal: 'x'", "signal is an AbortSignal"),
            Case.invalid("complete({ prompt: 'x', signal: 5 })", "signal is an AbortSignal"),
            Case.invalid("embed({ input: 'x', signal: new AbortController() })", "signal is an Ab"),
            new Case(
                "chat({ messages: m, signal: { aborted: false, addEventListener() { throw new"
                    + " Error('own'); }, removeEventListener() {} } })",
                "untyped Error: own"),
            new Case(
                "embed({ input: 'x', signal: { aborted: false, addEventListener() { throw new"
                    + " Error('own'); }, removeEventListener() {} } })",
                "untyped Error: own"),
            new Case("chat({ messages: m, signal: AbortSignal.abort() })", "cancelled: stopped"),
            Case.chat("template: 'nowhere'", ""),
            new Case("chat({ messages: m, chat_template: '{% if %}' })", "chat_template: ")));
  }

  @Test
  void whatIsBeyondTheContextIsNoLimitAndNullIsNotGiven() {
    assertEquals(
        "[" + TOKYO + "]2|2|2",
        run(
            """
            const chord = await load(url);
            const chat = (more) => chord.chat.completions.create({ messages: m, temperature: 0, ...more });
            const texts = new Set();
            for (const limit of [Infinity, -1, 2 ** 31, 2 ** 32, 1e300, 2 ** 31 - 1, null, undefined]) {
              texts.add(text(await chat({ max_tokens: limit })));
              texts.add(text(await chat({ max_completion_tokens: limit })));
            }
            const nothing = { top_p: null, top_k: 2 ** 40, seed: null, stop: null, stream: null, tools: null, signal: null, template: null, chat_template: null,
              chat_template_kwargs: null, reasoning_format: null, frequency_penalty: null, logit_bias: {}, logprobs: false, top_logprobs: null, n: 1, store: false,
              metadata: { a: 'b' }, user: 'u', model: 'any', service_tier: 'auto', response_format: { type: 'text' }, tool_choice: 'auto', parallel_tool_calls: true,
              stream_options: null, modalities: ['text'], functions: [], unknown: null };
            texts.add(text(await chat(nothing)));
            texts.add(text(await chat({ stop: [], tools: [], parallel_tool_calls: false })));
            const some = [(await chat({ max_tokens: 2 })), (await chat({ max_completion_tokens: 2 })), (await chat({ max_completion_tokens: 2, max_tokens: 2 }))];
            await chord.dispose();
            return `[${[...texts].join(', ')}]${some.map(({ usage }) => usage.completion_tokens).join('|')}`;
            """));
  }

  @Test
  void shapesOfMessagesAndPromptsThatMeanTheSame() {
    assertEquals(
        TOKYO + "|true true|true true true|4 ids|0true 1false 1true|null null null true",
        run(
            """
            const chord = await load(url);
            const chat = (messages, more) => chord.chat.completions.create({ messages, temperature: 0, ...more });
            const whole = await chat(m);
            const parts = await chat([{ role: 'user', content: [{ type: 'text', text: 'What is the ' }, { type: 'text', text: 'capital of Japan?' }] }]);
            const more = await chat([...m, { ...whole.choices[0].message, annotations: [], audio: null, tool_calls: null }, ...m]);
            const plain = await chat([...m, { role: 'assistant', content: text(whole) }, ...m]);
            const ids = await chord.tokenize('Once upon a time');
            const go = (prompt) => chord.completions.create({ prompt, temperature: 0, max_tokens: 8 }).then(({ choices: [choice] }) => choice.text);
            const story = await go('Once upon a time');
            const same = [await go(ids), await go(new Uint32Array(ids)), await go(['Once upon a time'])].map((one) => one === story);
            const usage = async (options) => {
              let last;
              const before = new Set();
              for await (const chunk of await chat(m, { stream: true, stream_options: options })) {
                before.add(last?.usage);
                last = chunk;
              }
              before.delete(undefined);
              return `${last.choices.length}${[...before]}${last.usage?.total_tokens > 0}`;
            };
            const { choices: [{ message, logprobs }], usage: { prompt_tokens_details: details, cached_tokens: cached } } = whole;
            const texts = [text(whole), [text(parts) === text(whole), parts.usage.prompt_tokens === whole.usage.prompt_tokens].join(' ')];
            const rest = [same.join(' '), `${(await chord.detokenize(new Uint16Array(ids.slice(-4)))).split(' ').length} ids`,
              [await usage({ include_usage: true }), await usage({ include_usage: false }), await usage({})].join(' '),
              [message.refusal, logprobs, (await chord.completions.create({ prompt: 'x', max_tokens: 1 })).choices[0].logprobs, details.cached_tokens === cached
                && more.usage.prompt_tokens === plain.usage.prompt_tokens].map(String).join(' ')];
            await chord.dispose();
            return [...texts, ...rest].join('|');
            """));
  }

  @Test
  void proposalsDoNotChangeAnAnswer() {
    assertEquals(
        "true true true|invalid_request speculation is 'lookup', 'draft' or 'off', not"
            + " \"guess\"|invalid_request speculation is 'draft', and this session has no draft"
            + " model; choose 'lookup'",
        run(
            """
            const chord = await load(url);
            const ask = (options) => chord.completions.create({ prompt: 'Once upon a time', max_tokens: 24, seed: 5, ...options });
            const plain = await ask({});
            const wanted = plain.choices[0].text;
            const guessed = await ask({ prediction: { type: 'content', content: wanted } });
            const looked = await ask({ speculation: { kind: 'lookup', ngram: 1 } });
            const { completion_tokens: made, completion_tokens_details: details } = guessed.usage;
            const refused = (speculation) => ask({ speculation }).then(() => 'no error', (e) => `${e.code} ${e.message}`);
            const same = [wanted === guessed.choices[0].text, wanted === looked.choices[0].text,
              details.accepted_prediction_tokens <= made && plain.usage.completion_tokens_details.accepted_prediction_tokens === 0];
            const told = [same.join(' '), await refused('guess'), await refused('draft')];
            await chord.dispose();
            return told.join('|');
            """));
  }

  @Test
  void anAbortCarriesItsReason() {
    assertEquals(
        "AbortError cancelled why|AbortError cancelled why|AbortError cancelled why|AbortError"
            + " cancelled why|AbortError cancelled why|AbortError cancelled why|AbortError"
            + " cancelled AbortError|busy WasmChordError 1 true",
        run(
            """
            const chord = await load(url);
            const named = (e) => [e.name, e.code, e.cause?.name ?? e.cause].join(' ');
            const ended = async (call) => {
              const control = new AbortController();
              const work = call(control.signal);
              control.abort('why');
              return work.then(() => 'no error', named);
            };
            const drain = async (stream, control) => {
              for await (const chunk of stream) {
                if (chunk.choices[0].delta.content) {
                  control.abort('why');
                }
              }
            };
            const control = new AbortController();
            const told = [
              await ended((signal) => chord.chat.completions.create({ messages: m, signal })),
              await ended((signal) => chord.embeddings.create({ input: 'a cat '.repeat(40), signal })),
              await drain(await chord.chat.completions.create({ messages: m, stream: true, signal: control.signal }), control).then(() => 'no error', named),
              await ended((signal) => load(url, { signal, cache: false })),
              await ended((signal) => WasmChord.inspect(url, { signal })),
              await ended((signal) => load(new Response(new ReadableStream({})), { signal })),
              await chord.completions.create({ prompt: 'x', signal: AbortSignal.abort() }).then(() => 'no error', named),
            ];
            await chord.dispose();
            const own = new WasmChordError('busy', 'mine', { cause: 1 });
            return [...told, [own.code, own.name, own.cause, own instanceof Error].join(' ')].join('|');
            """));
  }

  @Test
  void bytesInEveryShapeAreAModel() {
    assertEquals(
        TOKYO,
        run(
            """
            const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
            const within = new Uint8Array(bytes.length + 10);
            within.set(bytes, 7);
            const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
            shared.set(bytes);
            const sources = [bytes.buffer, within.subarray(7, 7 + bytes.length), new DataView(within.buffer, 7, bytes.length), shared.buffer, shared,
              await fetch(url), new Response(bytes), new Blob([bytes]), [bytes.buffer], new URL(url)];
            const texts = new Set();
            for (const source of sources) {
              const chord = await load(source, { cache: false });
              texts.add(text(await chord.chat.completions.create({ messages: m, temperature: 0 })));
              await chord.dispose();
            }
            return [...texts].join('|');
            """));
  }

  @Test
  void whereThereAreNoWorkersALoadIsRefusedWithWhatIsMissing() throws IOException {
    String load =
        """
        import { WasmChord } from './wasm-chord.js';
        const told = () => WasmChord.load('x.gguf').then(() => 'loaded', (e) => e.code + ': ' + e.message);
        """;
    Map<String, String> scripts =
        Map.of(
            "shared.js",
            load + "self.onconnect = async ({ ports: [port] }) => port.postMessage(await told());",
            "service.js",
            load + "self.onmessage = async ({ ports: [port] }) => port.postMessage(await told());");
    try (SiteVariant variant = SiteVariant.of(scripts, "requests/forward-abort.js", "");
        EnginePage page = new EnginePage(chromium, variant.server())) {
      List<?> told =
          (List<?>)
              page.evaluate(
                  """
                  async () => {
                    const answer = (port) => new Promise((resolve) => { port.onmessage = ({ data }) => resolve(data); });
                    const shared = new SharedWorker('/wasm-chord/shared.js', { type: 'module' });
                    const service = await navigator.serviceWorker.register('/wasm-chord/service.js', { type: 'module', scope: '/wasm-chord/' });
                    const { port1, port2 } = new MessageChannel();
                    (service.installing ?? service.waiting ?? service.active).postMessage(0, [port2]);
                    return [await answer(shared.port), await answer(port1)];
                  }
                  """,
                  Map.of());
      String missing = "unsupported_browser: there is no Worker here (%s), and the engine runs in ";
      assertTrue(
          told.getFirst().toString().startsWith(missing.formatted("SharedWorkerGlobalScope")),
          told.toString());
      assertTrue(
          told.getLast().toString().startsWith(missing.formatted("ServiceWorkerGlobalScope")),
          told.toString());
    }
  }
}
