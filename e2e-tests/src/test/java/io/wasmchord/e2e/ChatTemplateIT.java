package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.weights.HeapWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file's own chat template in Chromium: what reaches it, and that its stack holds. */
class ChatTemplateIT extends BrowserTest {
  @TempDir Path folder;

  /** The demo model with another template. */
  private String model(String template) throws IOException {
    Path demo = Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf");
    HeapMemory bytes = HeapWeights.read(demo).bytes();
    byte[] all = Files.readAllBytes(demo);
    GgufFile file = GgufReader.parse(bytes, all.length, "demo");
    GgufWriter writer = new GgufWriter(32);
    for (String key : file.metadata().keys()) {
      writer.put(key, file.metadata().value(key));
    }
    writer.put("tokenizer.chat_template", new GgufValue.Text(template));
    for (TensorInfo tensor : file.tensors()) {
      int at = Math.toIntExact(file.dataOffset() + tensor.offset());
      writer.tensor(tensor, sink -> sink.write(all, at, Math.toIntExact(tensor.bytes())));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out::write);
    Path changed = Files.write(folder.resolve("changed.gguf"), out.toByteArray());
    return models.add(changed, Behaviour.RANGES);
  }

  /** What the page is told when it asks with {@code params}. */
  private String ask(String template, String params) throws IOException {
    try (EnginePage page = new EnginePage(chromium, site)) {
      Object answer =
          page.evaluate(
              """
              async ({ url }) => {
                const chord = await WasmChord.load(url, { threads: 1 });
                try {
                  await chord.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1, ...%s });
                  return 'no error';
                } catch (e) {
                  return [e.code, e.message].join('|');
                } finally {
                  await chord.dispose();
                }
              }
              """
                  .formatted(params),
              Map.of("url", model(template)));
      return String.valueOf(answer);
    }
  }

  @Test
  void toolsAndFieldsReachTheTemplate() throws IOException {
    assertEquals(
        "chat_template|chat template, line 2: [{\"name\": \"f\"}] False [1, null] 20 T;"
            + " to do without the model's own template, name one: chatml, llama2, llama3, zephyr, alpaca",
        ask(
            "{# #}\n{{ raise_exception(tools | tojson ~ ' ' ~ enable_thinking ~ ' ' ~ messages[0].extra | tojson"
                + " ~ ' ' ~ strftime_now('%Y')[:2] ~ ' ' ~ (messages[0].content is none or 'T')) }}",
            "{ tools: [{ name: 'f' }], chat_template_kwargs: { enable_thinking: false },"
                + " messages: [{ role: 'user', content: 'Hi', extra: [1, null] }] }"));
  }

  /** What Jinja2 gives for the same; here it is computed by TeaVM's library. */
  @Test
  void numbersAndTextsAreWrittenAsElsewhere() throws IOException {
    String text =
        "'%.20f %08.3f %g %x' % (0.1, -3.14159, 1e100, 255) ~ ' ' ~ ('a é/b' | urlencode) ~ ' '"
            + " ~ ('one two-three' | wordwrap(5, wrapstring='|')) ~ ' ' ~ ([[2, 'b'], [1, 'a'], [2, 'c']] | groupby(0))";
    String answer = ask("{{ raise_exception(" + text + ") }}", "{}");
    assertEquals(
        "chat_template|chat template, line 1: 0.10000000000000000555 -003.142 1e+100 ff a%20%C3%A9/b one|two-|three"
            + " [(1, [[1, 'a']]), (2, [[2, 'b'], [2, 'c']])]",
        answer.substring(0, answer.indexOf(';')));
  }

  /**
   * With it come its markers of reasoning, its calls of tools and its ends of turns, and no others.
   */
  @Test
  void aTemplateOfThePagesTakesTheModelsPlace() throws IOException {
    Path file =
        new ScriptedModel()
            .control("<|own|>", "<|given|>", "<|other|>", "<|own_end|>", "<|given_end|>")
            .template("{% for m in messages %}{{ m.content }}<|own_end|>{% endfor %}<|own|>")
            .says("<|own|>", "Own", "<|own_end|>")
            .says("<|other|>", "Other", "<|own_end|>")
            .says("<|given|>", "[THINK]", "Hm", "[/THINK]", "Yes", "[TOOL_CALLS]", "f", "[ARGS]")
            .says("[ARGS]", "{\"a\":1}", "<|given_end|>", "No", "<|own_end|>")
            .write(folder.resolve("own.gguf"));
    try (EnginePage page = new EnginePage(chromium, site)) {
      assertEquals(
          "Own|Hm Yes f {\"a\":1} tool_calls|Own|Other length Other length Hm Yes f {\"a\":1} tool_calls|Own"
              + "|invalid_request 'template' and 'chat_template' exclude each other; give one of them"
              + "|invalid_request chat_template is the source of a Jinja template, not \" \""
              + "|invalid_request chat_template is the source of a Jinja template, not 1"
              + "|chat_template chat template, line 2: expected an expression, found '%}';"
              + " mend the template that was given, or leave it out for the model's own|Own",
          page.evaluate(
              """
              async ({ url }) => {
                const chord = await WasmChord.load(url, { threads: 1 });
                const ask = async (more) => {
                  const { choices: [{ message: { content, reasoning_content, tool_calls = [] }, finish_reason }] } = await chord.chat.completions.create(
                      { messages: [{ role: 'user', content: 'Hi' }], tools: [{ name: 'f' }], temperature: 0, max_tokens: 20, ...more });
                  const calls = tool_calls.flatMap(({ function: { name, arguments: json } }) => [name, json]);
                  return [reasoning_content, content, ...calls, finish_reason].filter((part) => part && part !== 'stop').join(' ');
                };
                const refused = (more) => ask(more).catch((e) => `${e.code} ${e.message}`);
                const given = "{# [THINK] [/THINK] [TOOL_CALLS] #}{% for m in messages %}{{ m.content }}<|given_end|>{% endfor %}<|given|>";
                const other = '{{ messages[0].content }}<|other|>';
                try {
                  return [await ask({}), await ask({ chat_template: given, template: 'auto' }), await ask({ chat_template: null }),
                    [await ask({ chat_template: other }), await ask({ chat_template: other }), await ask({ chat_template: given })].join(' '), await ask({}),
                    await refused({ chat_template: other, template: 'chatml' }), await refused({ chat_template: ' ' }), await refused({ chat_template: 1 }),
                    await refused({ chat_template: 'a\\n{% if %}' }), await ask({})].join('|');
                } finally {
                  await chord.dispose();
                }
              }
              """,
              Map.of("url", models.add(file, Behaviour.RANGES))));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}{{ f() }}",
        "{% set a = [] %}{% set _ = a.append(a) %}{{ a | tojson }}",
        "{% for a in range(10**9) %}x{% endfor %}",
        "{% for a in range(10**4) %}{% for b in range(10**4) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "(",
        "[",
        "not ",
        "-",
        "1 if 0 else ",
        "{1:"
      })
  void hostileTemplatesEndInAnErrorAndTheModelStaysUsable(String template) throws IOException {
    String hostile =
        template.startsWith("{%") || template.startsWith("{{")
            ? template
            : "{{ " + template.repeat(10_000) + "1 }}";
    String answer = ask(hostile, "{}");
    assertTrue(answer.startsWith("chat_template|chat template, line 1: "), answer);
    assertEquals("no error", ask(hostile, "{ template: 'chatml' }"));
  }
}
