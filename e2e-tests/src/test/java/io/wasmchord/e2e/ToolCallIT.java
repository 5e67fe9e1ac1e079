package io.wasmchord.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.browser.EnginePage;
import io.wasmchord.e2e.ModelServer.Behaviour;
import io.wasmchord.model.ScriptedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that calls tools, in Chromium: what a page gets of it, and gives back. */
class ToolCallIT extends BrowserTest {
  private static final String TEMPLATE =
      "{# <tool_call></tool_call> #}{% if messages | length > 4 %}{{ raise_exception('given back: ' ~ messages | tojson) }}{% endif %}"
          + "{% for m in messages %}<|{{ m.role }}|>{{ m.content or '' }}{{ m.tool_calls | tojson if m.tool_calls else '' }}<|im_end|>{% endfor %}"
          + "{% if messages[-1].role == 'tool' %}<|told|>{% elif tools %}<|offered|>{% else %}<|assistant|>{% endif %}";
  private static final String ASK =
      """
      const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { place: { type: 'string' } } } } }];
      const talk = [{ role: 'user', content: 'Rain?' }];
      const ask = (more) => chord.chat.completions.create({ messages: talk, tools, temperature: 0, ...more });
      """;

  @TempDir Path folder;

  /** Thinks, says something, and calls a tool twice; says what it was told, and else what it is. */
  static ScriptedModel caller(boolean control) {
    String[] markers = {"<tool_call>", "</tool_call>", "<think>", "</think>"};
    ScriptedModel model =
        new ScriptedModel()
            .control(
                "<|user|>", "<|assistant|>", "<|tool|>", "<|im_end|>", "<|told|>", "<|offered|>")
            .template(TEMPLATE)
            .says("<|told|>", "It", "\u2581rains.", "<|im_end|>")
            .says("<|assistant|>", "No", "\u2581tools.", "<|im_end|>")
            .says("<|offered|>", "<think>", "Hm", "</think>", "\n", "See:", "\n\n", "<tool_call>")
            .says(
                "<tool_call>",
                "{\"name\":",
                "\u2581\"weather\",",
                "\"arguments\":",
                "\u2581{\"place\":")
            .says(
                "\u2581{\"place\":",
                "\"Köln\\u00e9\"",
                "}",
                "\u2581}",
                "</tool_call>",
                "<|im_end|>");
    return control ? model.control(markers) : model.userDefined(markers);
  }

  private String serve(boolean control) throws IOException {
    Path file = caller(control).write(folder.resolve("caller.gguf"));
    return models.add(file, Behaviour.RANGES);
  }

  private Object run(String body, String url) {
    try (EnginePage page = new EnginePage(chromium, site)) {
      String load = "const chord = await WasmChord.load(url, { threads: 1 });" + ASK;
      return page.evaluate(
          "async ({ url }) => {" + load + "try {" + body + "} finally { await chord.dispose(); } }",
          Map.of("url", url));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void callsComeApart(boolean control) throws IOException {
    assertEquals(
        "See:|Hm|tool_calls|1 function weather {\"place\":\"Köln\\u00e9\"} true|true|"
            + "See:|Hm|tool_calls|0 function weather {\"place\":\"Köln\\u00e9\"} true",
        run(
            """
            const plain = ({ id, index, type, function: { name, arguments: json } }) => [index, type, name, json, /^[A-Za-z0-9]{9}$/.test(id)].join(' ');
            const { choices: [{ message, finish_reason }] } = await ask({});
            let text = '', thought = '', reason = null, calls = [], alone = true;
            for await (const { choices: [{ delta, finish_reason }] } of await ask({ stream: true })) {
              text += delta.content ?? '';
              thought += delta.reasoning_content ?? '';
              for (const { index, ...call } of delta.tool_calls ?? []) {
                if (call.id) {
                  calls[index] = { index, ...call };
                } else {
                  calls[index].function.arguments += call.function.arguments;
                }
              }
              alone &&= Object.keys(delta).length <= 1;
              reason = finish_reason;
            }
            const whole = message.tool_calls.map((call) => plain({ index: message.tool_calls.length, ...call }));
            return [message.content, message.reasoning_content, finish_reason, whole, alone, text, thought, reason, calls.map(plain)].join('|');
            """,
            serve(control)));
  }

  @Test
  void callsAndAnswersOfToolsGoBackThroughTheTemplate() throws IOException {
    String given =
        "chat_template: chat template, line 1: given back: [{\"role\": \"user\", \"content\": \"Rain?\"}, "
            + "{\"role\": \"assistant\", \"content\": \"See:\", \"reasoning_content\": \"Hm\", \"tool_calls\": [{\"id\": \"ID\", \"type\": \"function\", "
            + "\"function\": {\"name\": \"weather\", \"arguments\": {\"place\": \"Kölné\"}}}]}, "
            + "{\"role\": \"tool\", \"content\": \"wet\", \"tool_call_id\": \"ID\"}, {\"role\": \"assistant\", \"content\": \"It rains.\"}, "
            + "{\"role\": \"user\", \"content\": \"And now?\"}]; to do without";
    assertEquals(
        "It rains.|stop|false|" + given,
        run(
            """
            const { choices: [{ message: call }] } = await ask({});
            const id = call.tool_calls[0].id;
            talk.push(call, { role: 'tool', tool_call_id: id, content: 'wet' });
            const { choices: [{ message, finish_reason }] } = await ask({});
            talk.push(message, { role: 'user', content: 'And now?' });
            const error = await ask({}).catch((e) => `${e.code}: ${e.message}`);
            return [message.content, finish_reason, 'tool_calls' in message, error.replaceAll(id, 'ID').replace(/to do without.*/, 'to do without')].join('|');
            """,
            serve(false)));
  }

  @Test
  void toolChoiceIsObeyed() throws IOException {
    assertEquals(
        "No tools.|true|tool_calls|length|tool_calls weather {\"place\":\"Köln\\u00e9\"}|true|invalid_request: tool_choice names the tool 'f', "
            + "and there is none such in tools: weather"
            + "|See:\n\n<tool_call>{\"name\":|invalid_request: messages[1].tool_calls[0].function.arguments is not JSON: "
            + "at character 0 there is 'x' instead of a digit",
        run(
            """
            const none = (await ask({ tool_choice: 'none' })).choices[0].message;
            const auto = (await ask({ tool_choice: 'auto' })).choices[0].finish_reason;
            const cut = (await ask({ max_tokens: 8 })).choices[0];
            const said = (e) => `${e.code}: ${e.message}`;
            const called = ({ choices: [{ message, finish_reason }] }) => [finish_reason, message.tool_calls[0].function.name, message.tool_calls[0].function.arguments].join(' ');
            const named = called(await ask({ tool_choice: { type: 'function', function: { name: 'weather' } }, parallel_tool_calls: false }));
            const required = called(await ask({ tool_choice: 'required', parallel_tool_calls: false })) === named;
            const other = await ask({ tool_choice: { type: 'function', function: { name: 'f' } } }).catch(said);
            talk.push({ role: 'assistant', tool_calls: [{ id: '1', type: 'function', function: { name: 'weather', arguments: 'x' } }] });
            const wrong = await ask({}).catch(said);
            return [none.content, !('tool_calls' in none), auto, cut.finish_reason, named, required, other, cut.message.content, wrong].join('|');
            """,
            serve(false)));
  }

  @Test
  void toolsRunUntilThereIsAnAnswer() throws IOException {
    assertEquals(
        "It rains.|2|user assistant tool assistant|{\"place\":\"Kölné\"}|false|wet|Error: dry|dry",
        run(
            """
            const heard = [];
            const execute = async (given, { signal }) => {
              heard.push(JSON.stringify(given), signal.aborted);
              return 'wet';
            };
            const runTools = (more) => chord.chat.completions.runTools({ messages: talk, temperature: 0, ...more });
            const { content, rounds, messages } = await runTools({ tools: [{ ...tools[0], execute }], onToolResult: ({ content: result }) => heard.push(result) });
            const failing = [{ ...tools[0], execute: () => { throw new Error('dry'); } }];
            const told = (await runTools({ tools: failing })).messages[2].content;
            const thrown = await runTools({ tools: failing, toolErrors: 'throw' }).catch((e) => e.message);
            return [content, rounds, messages.map((m) => m.role).join(' '), ...heard, told, thrown].join('|');
            """,
            serve(false)));
  }
}
