package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.api.AnswerHead;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.RequestContext;
import io.wasmchord.api.TextAnswer;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Log-probabilities and a page's own logits processor in Chromium. */
class LogprobsIT extends BrowserTest {
  private static final Path DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");

  private static final String REQUEST =
      """
      {"prompt": "Once upon a time", "echo": true, "logprobs": 3, "max_tokens": 12, "seed": 4}
      """;

  private Object run(String body) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url, request }) => {\n"
              + "const chord = await WasmChord.load(url, { threads: 1 });\n"
              + "const m = [{ role: 'user', content: 'What is the capital of Japan?' }];\n"
              + "const chat = (p) => chord.chat.completions.create({ messages: m, temperature: 0,"
              + " ...p });\n"
              + "const text = ({ choices: [{ message }] }) => message.content;\n"
              + body
              + "}",
          Map.of("url", models.add(DEMO, Behaviour.RANGES), "request", REQUEST));
    }
  }

  private static JsonValue logprobs(JsonObject answer) {
    JsonArray choices = (JsonArray) answer.getOrNull("choices");
    return ((JsonObject) choices.elements().getFirst()).getOrNull("logprobs");
  }

  private static JsonValue onTheJvm() {
    CompletionRequest request =
        CompletionRequest.of(
            JsonReader.parse(REQUEST), new RequestContext("completions.create", List.of(), 0));
    try (LoadedModel model = LoadedModel.builder(DEMO).threads(1).load();
        Session session = model.session()) {
      TextAnswer answer = request.answer(0, new AnswerHead("id", 1, "demo"), model.tokenizer());
      AnswerReader reader = AnswerReader.plain(model.tokenizer(), answer);
      GenerationResult result =
          session.generate(
              request.tokens(model.tokenizer(), 0),
              request.params().options(),
              reader,
              RunControl.NONE);
      reader.end();
      return logprobs(answer.end(result, 0));
    }
  }

  @Test
  void areTheJvmsBitForBit() {
    String said =
        (String)
            run(
                """
                const { choices: [{ logprobs }] } = await chord.completions.create(JSON.parse(request));
                return JSON.stringify(logprobs);
                """);
    assertEquals(onTheJvm(), JsonReader.parse(said));
  }

  @Test
  void chunksBringThoseOfTheirContent() {
    assertEquals(
        "true true true 2",
        run(
            """
            const whole = await chat({ logprobs: true, top_logprobs: 2 });
            const { content } = whole.choices[0].logprobs;
            const come = [];
            let aligned = true;
            for await (const { choices: [{ delta, logprobs }] } of await chat({ logprobs: true, top_logprobs: 2, stream: true })) {
              aligned &&= (delta.content === undefined) === (logprobs === null);
              come.push(...logprobs?.content ?? []);
            }
            const joined = content.map(({ token }) => token).join('');
            return [aligned, JSON.stringify(come) === JSON.stringify(content), joined === text(whole) || joined.trim() === text(whole).trim(), content[0].top_logprobs.length].join(' ');
            """));
  }

  @Test
  void aPagesProcessorChangesWhatIsChosen() {
    assertEquals(
        "The capital of Japan is Tokyo.|true|true|[object Float32Array] [object Int32Array]|yes",
        run(
            """
            const same = text(await chat({ logitsProcessor: async () => {} }));
            const [id] = await chord.tokenize(' Tokyo', { addSpecial: false });
            const other = text(await chat({ max_tokens: 12, logitsProcessor: (logits) => { logits[id] = -Infinity; } }));
            const lengths = [];
            let kinds;
            await chat({ max_tokens: 3, logitsProcessor: (logits, ids) => {
              lengths.push(ids.length);
              kinds = [logits, ids].map((one) => Object.prototype.toString.call(one)).join(' ');
            } });
            const yes = text(await chat({ grammar: 'root ::= "yes" | "no"', logitsProcessor: (logits, ids) => { logits.fill(-1); } }));
            return [same, !other.includes('Tokyo'), lengths.length === 3 && lengths[1] === lengths[0] + 1, kinds, ['yes', 'no'].includes(yes) ? 'yes' : yes].join('|');
            """));
  }

  @Test
  void whatAProcessorThrowsEndsTheAnswerAndTheModelStaysUsable() {
    assertEquals(
        "mine,mine,invalid_request at position,invalid_request logitsProcessor is,cancelled stopped"
            + " at,cancelled stopped at,The capital of Japan is Tokyo.",
        run(
            """
            const said = async (call) => {
              try {
                await call();
                return 'no error';
              } catch (e) {
                return e instanceof RangeError ? e.message : `${e.code} ${e.message.split(' ').slice(0, 2).join(' ')}`;
              }
            };
            const read = async (answer) => { for await (const chunk of await answer) { void chunk; } };
            const broken = () => { throw new RangeError('mine'); };
            const told = [
              await said(() => chat({ logitsProcessor: broken })),
              await said(() => read(chat({ logitsProcessor: broken, stream: true }))),
              await said(() => chat({ logitsProcessor: (logits) => { logits[3] = NaN; } })),
              await said(() => chat({ logitsProcessor: (logits) => { structuredClone(logits, { transfer: [logits.buffer] }); } })),
            ];
            for (const stream of [false, true]) {
              const control = new AbortController();
              told.push(await said(() => read(chat({ stream, signal: control.signal, logitsProcessor: () => new Promise(() => { control.abort(); }) }))));
            }
            told.push(text(await chat({})));
            return told.join(',');
            """));
  }
}
