package io.wasmchord.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.CliOutput;
import io.wasmchord.model.ScriptedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code chord run --chat} with models that say what they should. */
public class ChatCliTest {
  private static final String TURNS =
      "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|im_end|>{% endfor %}<|assistant|>";

  @TempDir Path folder;

  private CliOutput chat(Path model, String typed, String... more) {
    String[] start = {"run", "--chat", "--temp", "0", "-m", model.toString()};
    return CliOutput.typed(
        typed, Stream.concat(Arrays.stream(start), Arrays.stream(more)).toArray(String[]::new));
  }

  private Path thinker(String template) throws IOException {
    return new ScriptedModel()
        .control("<|user|>", "<|assistant|>", "<|im_end|>", "<think>", "</think>")
        .template(template)
        .says("<|assistant|>", "<think>", "\n", "I", "\u2581see", "</think>", "\n\n", "Yes", ".")
        .says(".", "<|im_end|>")
        .write(folder.resolve("thinker.gguf"));
  }

  @Test
  void reasoningIsShownHiddenOrRaw() throws IOException {
    Path model = thinker(TURNS);
    assertEquals("[thinking]\nI see\n[answer]\nYes.\n", chat(model, "", "-p", "Hi").out());
    assertEquals("Yes.\n", chat(model, "", "-p", "Hi", "--reasoning", "hide").out());
    assertEquals(
        "<think>\nI see</think>\n\nYes.\n",
        chat(model, "", "-p", "Hi", "--reasoning", "raw").out());
    assertEquals(2, chat(model, "", "-p", "Hi", "--reasoning", "dim").code());
  }

  @Test
  void aConversationKeepsReasoningForTheTemplate() throws IOException {
    Path model =
        thinker(
            "{% if messages | length > 2 %}{{ raise_exception(messages[1]) }}{% endif %}" + TURNS);
    CliOutput output = chat(model, "Hi\n\n/new\nHi\nAnd?\n");
    assertEquals(1, output.code());
    assertEquals("[thinking]\nI see\n[answer]\nYes.\n".repeat(2), output.out());
    assertTrue(
        output
            .err()
            .contains("{'role': 'assistant', 'content': 'Yes.', 'reasoning_content': 'I see'}"),
        output.err());
    assertEquals(0, chat(model, "/exit\n").code());
  }

  @Test
  void optionsReachTheTemplate() throws IOException {
    Path model =
        thinker(
            "{{ raise_exception([tools, documents, n, enable_thinking, thinking, messages[0].content] | tojson) }}");
    Path tools = Files.writeString(folder.resolve("tools.json"), "[{\"name\": \"f\"}]");
    Path documents = Files.writeString(folder.resolve("documents.json"), "[{\"text\": \"t\"}]");
    CliOutput output =
        chat(
            model,
            "",
            "-p",
            "Hi",
            "--no-thinking",
            "--system",
            "Be kind.",
            "--template-arg",
            "n=[1, \"a=b\"]",
            "--template-arg",
            "thinking=null",
            "--tools",
            tools.toString(),
            "--documents",
            documents.toString());
    assertTrue(
        output
            .err()
            .contains(
                "[[{\"name\": \"f\"}], [{\"text\": \"t\"}], [1, \"a=b\"], false, null, \"Be kind.\"]"),
        output.err());
  }

  @Test
  void wrongFilesAreNamedWithAReason() throws IOException {
    Path model = thinker(TURNS);
    Path page = Files.writeString(folder.resolve("page.json"), "<html>");
    Path dict = Files.writeString(folder.resolve("dict.json"), "{}");
    says(model, "absent.json does not exist", "--tools", folder.resolve("absent.json").toString());
    says(model, "page.json: not JSON: at character 0", "--documents", page.toString());
    says(model, "dict.json holds a JSON object; an array is expected", "--tools", dict.toString());
    says(model, "--template-arg x: not JSON", "--template-arg", "x=yes");
    says(model, "absent.jinja does not exist", "--template-file", "absent.jinja");
    says(model, "exclude each other", "--template-file", "a", "--template", "chatml");
    says(model, "there is no chat template 'rag'", "--template", "rag");
    assertEquals(2, chat(model, "", "-p", "Hi", "--template-arg", "x").code());
  }

  private void says(Path model, String reason, String... options) {
    String[] question = {"-p", "Hi"};
    CliOutput output =
        chat(
            model,
            "",
            Stream.concat(Arrays.stream(question), Arrays.stream(options)).toArray(String[]::new));
    assertEquals(1, output.code(), output.out());
    assertTrue(output.err().startsWith("chord: ") && output.err().contains(reason), output.err());
  }

  @Test
  void aModelWithoutATemplateOffersPresets() throws IOException {
    Path model =
        new ScriptedModel()
            .userDefined("<|im_start|>")
            .says("\n", "Yes", ".", "<|im_end|>")
            .write(folder.resolve("plain.gguf"));
    says(
        model,
        "has no chat template; name one with 'template': chatml, llama2, llama3, zephyr, alpaca");
    assertEquals("Yes.\n", chat(model, "", "-p", "Hi", "--template", "ChatML").out());
    Path jinja = Files.writeString(folder.resolve("own.jinja"), "{{ messages[0].content }}\n");
    CliOutput own =
        chat(model, "", "-p", "\n", "--template-file", jinja.toString(), "--no-thinking");
    assertEquals("Yes.\n", own.out());
    assertTrue(own.err().contains("--no-thinking changes nothing"), own.err());
  }

  @Test
  void anAnswerEndsWhereItsTemplateEndsATurn() throws IOException {
    Path model =
        new ScriptedModel()
            .control("<|assistant|>")
            .userDefined("<|turn_end|>")
            .template(TURNS.replace("<|im_end|>", "<|turn_end|>\n"))
            .says("<|assistant|>", "Yes", "<|turn_end|>", "No")
            .write(folder.resolve("turns.gguf"));
    CliOutput output = chat(model, "", "-p", "Hi");
    assertEquals("Yes\n", output.out());
    assertTrue(output.err().contains("[stop;"), output.err());
  }

  private static final String CALL = "{\"name\":\"f\",\"arguments\":{\"a\":1}}";

  /** Calls a tool twice, and says what it was told. */
  private Path caller() throws IOException {
    return new ScriptedModel()
        .control("<|user|>", "<|assistant|>", "<|tool|>", "<|im_end|>", "<|told|>")
        .template(
            "{# [TOOL_CALLS] #}{% if messages | length > 5 %}{{ raise_exception(messages | tojson) }}{% endif %}"
                + "{% for m in messages %}<|{{ m.role }}|>{{ m.content or '' }}{{ m.tool_calls | tojson if m.tool_calls else '' }}"
                + "<|im_end|>{% endfor %}{{ '<|told|>' if messages[-1].role == 'tool' else '<|assistant|>' }}")
        .says("<|told|>", "It", "\u2581rains.", "<|im_end|>")
        .says("<|assistant|>", "See:", "\n", "[TOOL_CALLS]", "[", CALL, ",", CALL.replace('1', '2'))
        .says(CALL.replace('1', '2'), "]", "<|im_end|>")
        .write(folder.resolve("caller.gguf"));
  }

  @Test
  void aCallIsForced() throws IOException {
    Path model = caller();
    Path tools =
        Files.writeString(
            folder.resolve("typed.json"),
            "[{\"name\": \"f\", \"parameters\": {\"type\": \"object\", \"properties\": {\"a\": {\"type\":"
                + " \"integer\"}}, \"required\": [\"a\"]}}]");
    String file = tools.toString();
    assertEquals(
        "[call] f {\"a\":1}\n",
        chat(model, "", "-p", "Hi", "--tools", file, "--tool-choice", "f").out());
    says(model, "tool_choice names the tool 'g'", "--tools", file, "--tool-choice", "g");
    says(model, "--tool-choice needs tools", "--tool-choice", "required");
  }

  @Test
  void callsAreShownAndAnsweredAndKept() throws IOException {
    Path model = caller();
    Path tools = Files.writeString(folder.resolve("tools.json"), "[{\"name\": \"f\"}]");
    String shown = "See:\n[call] f {\"a\":1}\n[call] f {\"a\":2}\n";
    String[] given = {"--tools", tools.toString()};
    assertEquals(shown, chat(model, "", "-p", "Hi", "--tools", tools.toString()).out());
    assertEquals(
        "See:\n[TOOL_CALLS][" + CALL + "," + CALL.replace('1', '2') + "]\n",
        chat(model, "", "-p", "Hi").out(),
        "without tools");
    CliOutput output = chat(model, "Hi\n/tool wet\n/tool  dry \nBye\n", given);
    assertEquals(shown + "It rains.\n", output.out());
    assertEquals(1, output.code());
    assertTrue(
        output
            .err()
            .contains(
                "{\"role\": \"assistant\", \"content\": \"See:\", \"tool_calls\": [{\"id\": \"call00001\", \"type\": \"function\","
                    + " \"function\": {\"name\": \"f\", \"arguments\": {\"a\": 1}}}, {\"id\": \"call00002\", \"type\": \"function\","
                    + " \"function\": {\"name\": \"f\", \"arguments\": {\"a\": 2}}}]},"),
        output.err());
    for (String answer :
        new String[] {
          "{\"role\": \"tool\", \"content\": \"wet\"", "{\"role\": \"tool\", \"content\": \"dry\"",
        }) {
      assertTrue(output.err().contains(answer), output.err());
    }
    CliOutput unasked = chat(model, "/tool wet\n", given);
    assertEquals(1, unasked.code());
    assertTrue(
        unasked.err().contains("/tool answers a call, and the model waits for none"),
        unasked.err());
  }
}
