package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model's own block proposes in the browser: the same answers, and what it proposes on the JVM.
 */
class MtpIT extends BrowserTest {
  /** Some that end the answer right after one proposal, so that no time decides how many. */
  private static final int ONE_PROPOSAL = 4;

  private static final int PROMPTS = 24;

  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    return TinyFiles.file(name, 96).write(folder.resolve(name.replace(' ', '-') + ".gguf"));
  }

  private Object run(String body, Map<String, Object> values) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate("async (given) => {" + body + "}", values);
    }
  }

  private static String prompt(int number) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      text.append((char) ('a' + (number + i * (1 + number % 5)) % 26));
    }
    return text.toString();
  }

  /** For each prompt, in a session of its own: its tokens, and what was right and wrong. */
  private static List<String> onTheJvm(Path file, List<String> prompts) {
    GenerationOptions options =
        new GenerationOptions(ONE_PROPOSAL, List.of(), SamplerOptions.greedy(), true)
            .withSpeculation(SpeculationOptions.DRAFT);
    List<String> told = new ArrayList<>();
    try (LoadedModel model = LoadedModel.builder(file).threads(2).prefixMemory(0).mtp().load()) {
      for (String prompt : prompts) {
        try (Session session = model.session()) {
          int[] ids = model.tokenizer().encode(prompt, true, true);
          GenerationResult result = session.generate(ids, options, text -> true, RunControl.NONE);
          int right = result.proposals().accepted();
          told.add(ids.length + "|" + right + "|" + (result.proposals().drafted() - right));
        }
      }
    }
    return told;
  }

  /** Some prompts after which the proposal is right, and as many others. */
  private static void choose(Path file, int each, List<String> prompts, List<String> expected) {
    List<String> all = IntStream.range(0, PROMPTS).mapToObj(MtpIT::prompt).toList();
    List<String> told = onTheJvm(file, all);
    for (String end : List.of("|1|0", "|0|1")) {
      int[] some = IntStream.range(0, PROMPTS).filter(i -> told.get(i).endsWith(end)).toArray();
      assertTrue(some.length > 0, told.toString());
      for (int i = 0; i < Math.min(each, some.length); i++) {
        prompts.add(all.get(some[i]));
        expected.add(told.get(some[i]));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "glm4moe with norms of heads, resident, auto",
    "glm4moe with norms of heads, streamed, auto",
    "qwen35 with a block that predicts on, resident, none",
    "qwen35 with a block that predicts on, banks, auto"
  })
  void itProposesWhatItDoesOnTheJvm(String name, String mode, String simd) throws IOException {
    Path file = file(name);
    List<String> prompts = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    choose(file, mode.equals("streamed") ? 1 : 2, prompts, expected); // streamed from the server
    Object said =
        run(
            """
            const { model, mode, simd, prompts, tokens } = given;
            let options = { mtp: true, threads: 2, cache: false, simd };
            const alone = (await WasmChord.inspect(model, { threads: 2 })).plan;
            const { plan } = await WasmChord.inspect(model, options);
            if (alone.draftBytes !== 0 || plan.draftBytes < 1000 || plan.totalBytes !== alone.totalBytes + plan.draftBytes) {
              throw new Error(JSON.stringify([plan, alone]));
            }
            if (mode === 'streamed') {
              options = { ...options, memoryBudget: plan.totalBytes - 1 };
            } else if (mode === 'banks') {
              options = { ...options, bankBytes: plan.totalBytes - 1 };
            }
            const chord = await WasmChord.load(model, options);
            if (chord.modelInfo().plan.mode !== mode) throw new Error(chord.modelInfo().plan.mode);
            if ((await chord.memory()).draftBytes !== plan.draftBytes) throw new Error('memory');
            const told = [];
            for (const prompt of prompts) {
              const session = await chord.createSession();
              const { usage } = await session.prompt(prompt, { max_tokens: tokens, temperature: 0, ignore_eos: true, speculation: 'draft', chat_template: '{{ messages[0].content }}' });
              const { accepted_prediction_tokens: right = 0, rejected_prediction_tokens: wrong = 0 } = usage.completion_tokens_details ?? {};
              told.push(`${usage.prompt_tokens}|${right}|${wrong}`);
              await session.dispose();
            }
            let drafted = 0;
            for (const sampling of [{ temperature: 0 }, { temperature: 1.5, seed: 4 }]) {
              const ask = async (speculation) => {
                const { choices, usage } = await chord.completions.create({ prompt: prompts[0], max_tokens: mode === 'streamed' ? 6 : 24, ignore_eos: true, ...sampling, speculation, n: 2 });
                const { accepted_prediction_tokens: right = 0, rejected_prediction_tokens: wrong = 0 } = usage.completion_tokens_details ?? {};
                drafted += right + wrong;
                return choices.map(({ text }) => text).join('|');
              };
              const plain = await ask('off');
              const proposed = await ask('draft');
              if (proposed !== plain) throw new Error(`${proposed} instead of ${plain}`);
            }
            await chord.dispose();
            if (drafted === 0) throw new Error('nothing was proposed');
            return told;
            """,
            Map.of(
                "model",
                models.add(file, Behaviour.RANGES),
                "mode",
                mode,
                "simd",
                simd,
                "prompts",
                prompts,
                "tokens",
                ONE_PROPOSAL));
    assertEquals(expected, said);
  }

  @Test
  void modelsWithoutABlockAreRefused() throws IOException {
    Object said =
        run(
            """
            const attempt = async (model, options) => {
              try {
                return await WasmChord.inspect(model, { mtp: true, ...options });
              } catch (e) {
                return `${e.code}: ${e.message.split(';')[0].replace(/[0-9]{4,}/g, 'N')}`;
              }
            };
            return [
              await attempt(given.plain, {}),
              await attempt(given.model, { draft: given.model }),
              await attempt(given.model, { memoryBudget: 1000 }),
            ].join('\\n');
            """,
            Map.of(
                "plain",
                models.add(DemoModel.path(), Behaviour.RANGES),
                "model",
                models.add(file("qwen35 with a block that predicts on"), Behaviour.RANGES)));
    assertEquals(
        """
        unsupported_model: wasm-chord-demo-q4_k_m.gguf has no block that predicts further tokens
        invalid_request: mtp and draft both propose tokens
        out_of_memory: the block of qwen35-with-a-block-that-predicts-on.gguf that predicts\
         further tokens takes N bytes, and N are granted\
        """,
        said);
  }
}
