package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.chat.Message.Role;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From messages to a prompt, from an answer to calls, and back. */
class ToolCallFormatTest {
  private static final JsonValue TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "weather", "description": "The weather",
            "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}}}]
          """);
  private static final String ARGUMENTS = "{\"place\": \"Köln\", \"days\": [1, 2.5, null, true]}";

  /** No token but bytes, as if the markers were ordinary text. */
  private static final Tokenizer BYTES = bpe();

  private static Tokenizer bpe(String... control) {
    return Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b"), control));
  }

  private static final class Collector implements AnswerListener {
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();

    @Override
    public boolean onReasoning(String more) {
      return reasoning.append(more).length() > 0;
    }

    @Override
    public boolean onAnswer(String more) {
      return text.append(more).length() > 0;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      return calls.addAll(found);
    }
  }

  private static ChatRequest request(Message... messages) {
    return ChatRequest.of(List.of(messages)).withTools(TOOLS);
  }

  private static ChatFormat format(String template) {
    return ChatFormat.ofSource(ChatTemplateTest.resource(template), BYTES, () -> 1_721_994_245L);
  }

  private static Collector read(ChatFormat format, ChatRequest request, String... pieces) {
    Collector collector = new Collector();
    AnswerReader reader = format.reader(request, format.encode(request), true, collector);
    for (String piece : pieces) {
      reader.onText(piece);
    }
    reader.end();
    return collector;
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2,HERMES",
    "qwen3,HERMES",
    "mistral,MISTRAL",
    "deepseek,DEEPSEEK",
    "command-r,COMMAND_R",
    "granite,GRANITE",
    "llama3,LLAMA",
    "chatml,",
    "gemma,",
    "phi3,",
    "phi4,PHI",
    "smollm,",
    "zephyr,"
  })
  void wellKnownTemplatesTellTheFormat(String template, ToolCallFormat expected) {
    assertEquals(expected, format(template + ".jinja").toolCalls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<call f=\"f\">{\"a\": 1}</call>", "{{ messages }}"})
  void formatsThatAreNotKnownAreNotGuessedAt(String template) {
    assertNull(ToolCallFormat.detect(template));
    ChatFormat format = ChatFormat.ofSource(template, BYTES, () -> 0);
    String answer = "<tool_call>{\"name\": \"weather\"}</tool_call>";
    assertEquals(
        answer, read(format, request(new Message(Role.USER, "Hi")), answer).text.toString());
  }

  @Test
  void theTemplateForToolsTellsTheFormat() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new GgufWriter(32)
        .put("tokenizer.chat_template", new GgufValue.Text("plain"))
        .put("tokenizer.chat_template.tool_use", new GgufValue.Text("[TOOL_CALLS]"))
        .writeTo(out::write);
    var file = GgufReader.parse(HeapMemory.wrap(out.toByteArray()), out.size(), "two");
    ChatFormat format = ChatFormat.of(ChatFormat.AUTO, file, BYTES, () -> 0);
    assertEquals(ToolCallFormat.MISTRAL, format.toolCalls());
    assertNull(ChatFormat.of("default", file, BYTES, () -> 0).toolCalls());
    assertNull(ChatFormat.of("chatml", file, BYTES, () -> 0).toolCalls());
  }

  @Test
  void withoutToolsCallsAreText() {
    Tokenizer tokenizer = bpe("[TOOL_CALLS]", "[THINK]", "[/THINK]");
    ChatFormat format = ChatFormat.ofSource("[THINK][TOOL_CALLS]", tokenizer, () -> 0);
    ChatRequest plain = ChatRequest.of(List.of(new Message(Role.USER, "Hi")));
    int call = tokenizer.idOf("[TOOL_CALLS]");
    int think = tokenizer.idOf("[THINK]");
    int close = tokenizer.idOf("[/THINK]");
    SamplerOptions greedy = SamplerOptions.greedy();
    assertEquals(Set.of(think, close), format.options(plain, 1, List.of(), greedy, false).marks());
    ChatRequest asked = plain.withTools(TOOLS);
    assertEquals(
        Set.of(think, close, call), format.options(asked, 1, List.of(), greedy, false).marks());
    Collector whole = new Collector();
    AnswerReader reader = format.reader(plain, format.encode(plain), false, whole);
    reader.onMark(think);
    reader.onText("[TOOL_CALLS][{\"name\": \"weather\"}]");
    reader.end();
    assertEquals("[THINK][TOOL_CALLS][{\"name\": \"weather\"}]", whole.text.toString());
    Collector apart = new Collector();
    AnswerReader splitting = format.reader(asked, new int[0], true, apart);
    splitting.onMark(think);
    splitting.onText("Hm\n");
    splitting.onMark(call); // within reasoning it is text
    splitting.onMark(close);
    splitting.onText("\n");
    splitting.onMark(call);
    splitting.onText("[{\"name\": \"weather\"}]");
    splitting.end();
    assertEquals("Hm\n[TOOL_CALLS]", apart.reasoning.toString());
    assertEquals("", apart.text.toString());
    assertEquals(List.of(new ToolCall("weather", "{}")), apart.calls);
  }

  @Test
  void aCallMayComeWhereReasoningCould() {
    Tokenizer tokenizer = bpe("<|tool_call|>", "<think>", "</think>");
    ChatFormat format =
        ChatFormat.ofSource(
            "<|start_of_role|>tools<think><response></response>", tokenizer, () -> 0);
    for (String before : new String[] {"", "\n", "<response>Well.\n", "Well."}) {
      Collector collector = new Collector();
      AnswerReader reader =
          format.reader(request(new Message(Role.USER, "Hi")), new int[0], true, collector);
      reader.onText(before);
      reader.onMark(tokenizer.idOf("<|tool_call|>"));
      reader.onText("[{\"name\": \"weather\"}]");
      reader.end();
      assertEquals(1, collector.calls.size(), before);
      assertEquals(before.contains("Well") ? "Well." : "", collector.text.toString());
    }
  }

  /** What a model of the family writes for a call. */
  private static String answer(ToolCallFormat format) {
    String call = "{\"name\": \"weather\", \"%s\": " + ARGUMENTS + "}";
    return switch (format) {
      case HERMES -> "<tool_call>\n" + call.formatted("arguments") + "\n</tool_call>";
      case MISTRAL -> "[TOOL_CALLS] [" + call.formatted("arguments") + "]";
      case DEEPSEEK ->
          "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n"
              + ARGUMENTS
              + "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>";
      case COMMAND_R -> "Action: ```json\n[" + call.formatted("parameters") + "]\n```";
      case LLAMA -> call.formatted("parameters");
      default -> throw new IllegalArgumentException(format.name());
    };
  }

  /** Messages, prompt, answer, calls, and the next prompt, which Jinja2 gave for the same. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen3", "llama3", "mistral", "deepseek", "command-r"})
  void callsGoBackThroughTheTemplate(String name) {
    ChatFormat format = format(name + ".jinja");
    Message system = new Message(Role.SYSTEM, "Be kind.");
    Message user = new Message(Role.USER, "Rain?");
    ToolCallFormat kind = format.toolCalls();
    assertTrue(kind != null);
    boolean thinks = name.equals("deepseek"); // its prompt begins the reasoning
    Collector answer =
        read(format, request(system, user), (thinks ? "Hm.\n</think>\n\n" : "") + answer(kind));
    assertEquals(List.of(new ToolCall("weather", ARGUMENTS)), answer.calls);
    assertEquals("", answer.text.toString());
    JsonValue call = answer.calls.getFirst().value("abcdefghi");
    Message called =
        new Message(Role.ASSISTANT, "", JsonObject.of("tool_calls", JsonValue.of(List.of(call))));
    Message told =
        new Message(
            Role.TOOL,
            "wet",
            JsonObject.of("tool_call_id", JsonValue.of("abcdefghi"))
                .with("name", JsonValue.of("weather")));
    ChatRequest next =
        request(
                system,
                user,
                called,
                told,
                new Message(Role.ASSISTANT, "Yes."),
                new Message(Role.USER, "Thanks"))
            .with("bos_token", JsonValue.of("<bos>"))
            .with("eos_token", JsonValue.of("<eos>"));
    assertEquals(
        ChatTemplateTest.expected(name, "tool call"), BYTES.decode(format.encode(next), true));
  }

  private static String encoded(String template, String arguments, JsonValue content) {
    ChatFormat format = ChatFormat.ofSource(template, BYTES, () -> 0);
    JsonValue calls =
        JsonReader.parse(
            "[{\"id\": \"1\", \"function\": {\"name\": \"f\", \"arguments\": " + arguments + "}}]");
    Message message =
        new Message(
            Role.ASSISTANT, "", JsonObject.of("tool_calls", calls).with("content", content));
    return BYTES.decode(format.encode(request(new Message(Role.USER, "Hi"), message)), true);
  }

  @Test
  void argumentsAreWhatTheTemplateWants() {
    String loop = "{% for m in messages %}{% for c in m.tool_calls %}%s{% endfor %}{% endfor %}";
    String object = loop.replace("%s", "{{ c.function.arguments | tojson }}");
    String items =
        loop.replace(
            "%s", "{% for k, v in c.function.arguments.items() %}\"{{ k }}\"={{ v }}{% endfor %}");
    String text = loop.replace("%s", "{{ c.function.name + c.function.arguments }}");
    String printed = loop.replace("%s", "{{ c.function.arguments }}");
    for (String given : new String[] {"{\"a\": 1}", "\"{\\\"a\\\": 1}\""}) {
      assertEquals("{\"a\": 1}", encoded(object, given, JsonValue.ofNull()));
      assertEquals("\"a\"=1", encoded(items, given, JsonValue.ofNull()));
      assertEquals("f{\"a\": 1}", encoded(text, given, JsonValue.ofNull()));
      assertEquals("{\"a\": 1}", encoded(printed, given, JsonValue.ofNull()));
    }
    assertEquals("{}", encoded(object, "\"\"", JsonValue.ofNull()));
  }

  @Test
  void contentIsWhatTheTemplateWants() {
    String both =
        "{% for m in messages %}{% if m.tool_calls %}{{ CONTENT }}{{ m.tool_calls[0] | tojson }}{% endif %}{% endfor %}";
    String concatenates = both.replace("CONTENT", "'-' + m.content + '-'");
    String wantsNone =
        both.replace("{% if m.tool_calls", "{% if m.content is none and m.tool_calls")
            .replace("CONTENT", "m.content");
    for (JsonValue empty : new JsonValue[] {JsonValue.ofNull(), JsonValue.of("")}) {
      assertTrue(encoded(concatenates, "{}", empty).startsWith("--{"));
      assertTrue(encoded(wantsNone, "{}", empty).startsWith("None{"));
    }
    assertTrue(encoded(concatenates, "{}", JsonValue.of("Well.")).startsWith("-Well.-{"));
  }

  @Test
  void aTemplateWithoutCallsIsGivenTexts() {
    ChatFormat granite = format("granite.jinja");
    JsonValue calls = JsonValue.of(List.of(new ToolCall("weather", ARGUMENTS).value("1")));
    Message call =
        new Message(
            Role.ASSISTANT,
            "",
            JsonObject.of("tool_calls", calls).with("content", JsonValue.ofNull()));
    Message user = new Message(Role.USER, "Rain?");
    String prompt = BYTES.decode(granite.encode(request(user, call)), true);
    assertTrue(prompt.contains("<|start_of_role|>assistant<|end_of_role|><|end_of_text|>"), prompt);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"[1]\"|messages[1].tool_calls[0].function.arguments is JSON, but no object: {...} is expected",
        "\"{\"|messages[1].tool_calls[0].function.arguments is not JSON: at character 1 there is the end instead of a quoted key"
      })
  void argumentsThatAreNoObjectAreRefused(String arguments, String reason) {
    String template =
        "{% for m in messages %}{% for c in m.tool_calls %}{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}";
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class, () -> encoded(template, arguments, JsonValue.ofNull()));
    assertEquals(reason, e.getMessage());
  }
}
