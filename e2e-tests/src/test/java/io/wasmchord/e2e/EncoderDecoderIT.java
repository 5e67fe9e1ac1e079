package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JS module with a model whose encoder takes the prompt, beside the JVM. */
class EncoderDecoderIT extends BrowserTest {
  private static final String PROMPT = "translate this: the caf\u00E9.";

  @TempDir private Path folder;

  private Object run(String body, Path file, Map<String, Object> options) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      return page.evaluate(
          "async ({ url, prompt, options }) => {" + body + "}",
          Map.of("url", models.add(file, Behaviour.RANGES), "prompt", PROMPT, "options", options));
    }
  }

  private static String answer(Path file) {
    try (LoadedModel model = LoadedModel.builder(file).threads(2).load();
        Session session = model.session()) {
      GenerationOptions options = new GenerationOptions(9, List.of(), SamplerOptions.greedy());
      int[] prompt = model.tokenizer().encode(PROMPT, true, true);
      return session.generate(prompt, options, text -> true, RunControl.NONE).text();
    }
  }

  private static float[] vector(Path file) {
    try (LoadedModel model = LoadedModel.builder(file).threads(2).load()) {
      return model.embedder().embed(PROMPT, EmbeddingOptions.DEFAULT, RunControl.NONE).vector();
    }
  }

  @ParameterizedTest
  @CsvSource({"none, false", "auto, false", "auto, true"})
  void completionsGiveTheDecodersText(String simd, boolean streamed) throws IOException {
    Path file = TinyFiles.file("t5").write(folder.resolve("t5.gguf"));
    Object actual =
        run(
            """
            let chosen = { simd: options.simd, threads: 2 };
            if (options.streamed) {
              const { plan } = await WasmChord.inspect(url);
              chosen = { ...chosen, memoryBudget: plan.totalBytes - 1, cache: false };
            }
            const chord = await WasmChord.load(url, chosen);
            const seen = [];
            const onProgress = ({ phase, loaded, total }) => seen.push(`${phase} ${loaded}/${total}`);
            const ask = { prompt, temperature: 0, max_tokens: 9 };
            const { choices: [{ text }], usage } = await chord.completions.create({ ...ask, onProgress });
            const abort = new AbortController();
            const left = await chord.completions.create({ ...ask, prompt: 'another', signal: abort.signal, onProgress: () => abort.abort() })
              .then(({ choices }) => choices[0].finish_reason, (e) => e.name);
            const again = await chord.completions.create(ask);
            const { data: [{ embedding }] } = await chord.embeddings.create({ input: prompt, encoding_format: 'float32array' });
            const chat = await chord.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }] }).catch((e) => `${e.code}: ${e.message}`);
            const long = await chord.completions.create({ prompt: 'q'.repeat(300) }).catch((e) => `${e.code}: ${e.message}`);
            const { plan } = chord.modelInfo();
            await chord.dispose();
            return [text, again.choices[0].text === text, usage.prompt_tokens, seen.length > 2 && seen.at(-1), left, plan.mode === 'streamed',
              Array.from(new Int32Array(embedding.slice().buffer)).join(','), chat, long].join('|');
            """,
            file,
            Map.of("simd", simd, "streamed", streamed));
    String[] parts = ((String) actual).split("\\|", -1);
    assertEquals(answer(file), parts[0]);
    assertEquals("true", parts[1]);
    int tokens = Integer.parseInt(parts[2]);
    assertEquals("prefill " + tokens + "/" + tokens, parts[3]);
    assertEquals("AbortError", parts[4]);
    assertEquals(String.valueOf(streamed), parts[5]);
    StringBuilder bits = new StringBuilder();
    for (float value : vector(file)) {
      bits.append(bits.isEmpty() ? "" : ",").append(Float.floatToRawIntBits(value));
    }
    assertEquals(bits.toString(), parts[6]);
    assertTrue(parts[7].startsWith("invalid_request: t5.gguf is an encoder-decoder"), parts[7]);
    assertTrue(parts[8].startsWith("invalid_request: the prompt has 302 tokens"), parts[8]);
  }

  @Test
  void anEncoderAloneGivesVectors() throws IOException {
    Path file = TinyFiles.file("t5encoder").write(folder.resolve("t5encoder.gguf"));
    Object actual =
        run(
            """
            const chord = await WasmChord.load(url);
            const { data: [{ embedding }] } = await chord.embeddings.create({ input: prompt, encoding_format: 'float32array' });
            const refused = await chord.completions.create({ prompt }).catch((e) => e.code);
            await chord.dispose();
            return [...new Int32Array(embedding.slice().buffer), refused].join(',');
            """,
            file,
            Map.of());
    StringBuilder bits = new StringBuilder();
    for (float value : vector(file)) {
      bits.append(Float.floatToRawIntBits(value)).append(',');
    }
    assertEquals(bits + "embedding_only", actual);
  }
}
