package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.DemoModel;
import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A draft model beside a model in the browser: the same answers, one plan of both, and errors. */
class DraftIT extends BrowserTest {
  @TempDir private Path folder;

  private String served(String name) throws IOException {
    Path file = TinyFiles.file(name, 96).write(folder.resolve(name + ".gguf"));
    return models.add(file, Behaviour.RANGES);
  }

  private Object run(String body, Map<String, Object> values) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate("async (given) => {" + body + "}", values);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "llama, llama, resident, auto",
    "llama, llama, resident, none",
    "qwen35, llama, streamed, auto",
    "llama, mamba, banks, auto"
  })
  void answersAreThoseWithoutIt(String model, String draft, String mode, String simd)
      throws IOException {
    Object said =
        run(
            """
            const { model, draft, mode, simd } = given;
            let options = { draft: { source: draft }, threads: 2, cache: false, simd, parallel: 2 };
            const alone = (await WasmChord.inspect(model, { threads: 2, parallel: 2 })).plan;
            const { plan } = await WasmChord.inspect(model, options);
            if (plan.draftBytes < 1000 || plan.totalBytes !== alone.totalBytes + plan.draftBytes) {
              throw new Error(JSON.stringify([plan, alone]));
            }
            if (mode === 'streamed') {
              options = { ...options, memoryBudget: plan.totalBytes - 1 };
            } else if (mode === 'banks') {
              options = { ...options, bankBytes: plan.totalBytes - 1 };
            }
            const chord = await WasmChord.load(model, options);
            if (chord.modelInfo().plan.mode !== mode) throw new Error(chord.modelInfo().plan.mode);
            const memory = await chord.memory();
            if (memory.draftBytes !== plan.draftBytes) throw new Error(JSON.stringify(memory));
            let drafted = 0;
            for (const sampling of [{ temperature: 0 }, { temperature: 1.5, seed: 4 }]) {
              const ask = async (speculation, n = 1) => {
                const params = { prompt: 'abc abc abc abc', max_tokens: 24, ignore_eos: true, ...sampling, speculation, n };
                const { choices, usage } = await chord.completions.create(params);
                const { accepted_prediction_tokens: right = 0, rejected_prediction_tokens: wrong = 0 } = usage.completion_tokens_details ?? {};
                drafted += right + wrong;
                return choices.map(({ text }) => text).join('|');
              };
              for (const n of [1, 2]) {
                const plain = await ask('off', n);
                const before = drafted;
                for (const speculation of ['draft', 'lookup']) {
                  const proposed = await ask(speculation, n);
                  if (proposed !== plain) throw new Error(`${speculation}: ${proposed} instead of ${plain}`);
                }
              }
            }
            await chord.dispose();
            return drafted > 0 ? 'the same' : 'nothing was proposed';
            """,
            Map.of("model", served(model), "draft", served(draft), "mode", mode, "simd", simd));
    assertEquals("the same", said);
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Object said =
        run(
            """
            const { model, other } = given;
            const attempt = async (options) => {
              try {
                return await (await WasmChord.load(model, { cache: false, ...options })).completions.create({ prompt: 'a', speculation: 'draft' });
              } catch (e) {
                return `${e.code}: ${e.message.split(';')[0].replace(/[0-9]{4,}/g, 'N')}`;
              }
            };
            return [
              await attempt({ draft: other }),
              await attempt({ draft: [model, model] }),
              await attempt({ draft: { source: model, loud: true } }),
              await attempt({ draft: model, memoryBudget: 100000 }),
              await attempt({}),
            ].join('\\n');
            """,
            Map.of(
                "model", served("llama"), "other", models.add(DemoModel.path(), Behaviour.RANGES)));
    assertEquals(
        """
        draft_mismatch: the draft model wasm-chord-demo-q4_k_m.gguf cannot propose tokens for\
         llama.gguf: its token 0 is 'Ā', the other's 'a'
        invalid_request: the draft model is one file
        invalid_request: draft has no option "loud"
        out_of_memory: the draft model llama.gguf takes N bytes, and N are granted
        invalid_request: speculation is 'draft', and this session has no draft model\
        """,
        said);
  }
}
