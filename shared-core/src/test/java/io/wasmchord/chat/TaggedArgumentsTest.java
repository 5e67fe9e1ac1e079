package io.wasmchord.chat;

import static io.wasmchord.chat.ToolCallSplits.NOW;
import static io.wasmchord.chat.ToolCallSplits.TOOLS;
import static io.wasmchord.chat.ToolCallSplits.WEATHER;
import static io.wasmchord.chat.ToolCallSplits.now;
import static io.wasmchord.chat.ToolCallSplits.split;
import static io.wasmchord.chat.ToolCallSplits.weather;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.ToolCallSplits.Collector;
import io.wasmchord.chat.ToolCallSplits.Parts;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose arguments stand in tags or are Python's, and Kimi's. */
class TaggedArgumentsTest {
  /** What {@link ToolCallSplitterTest} tries, too. */
  static Stream<Arguments> answers() {
    String functions =
        "<function=weather>\n<parameter=place>\nKöln\n</parameter>\n</function>\n%s<function=now>\n</function>";
    return Stream.of(
        Arguments.of(
            ToolCallFormat.QWEN_CODER,
            "<tool_call>\n"
                + functions.formatted("</tool_call>\n<tool_call>\n")
                + "\n</tool_call>"),
        Arguments.of(ToolCallFormat.QWEN_CODER, functions.formatted("</tool_call>\n")),
        Arguments.of(
            ToolCallFormat.SEED,
            "<seed:tool_call>\n<function=weather>\n<parameter=place>Köln</parameter>\n</function>\n</seed:tool_call>"
                + "<seed:tool_call><function=now></function></seed:tool_call>"),
        Arguments.of(
            ToolCallFormat.GLM,
            "<tool_call>weather\n<arg_key>place</arg_key>\n<arg_value>Köln</arg_value>\n</tool_call>\n<tool_call>now\n</tool_call>"),
        Arguments.of(
            ToolCallFormat.GLM,
            "<tool_call>weather<arg_key>place</arg_key><arg_value>Köln</arg_value></tool_call><tool_call>now</tool_call>"),
        Arguments.of(
            ToolCallFormat.MINIMAX,
            "<minimax:tool_call>\n<invoke name=\"weather\">\n<parameter name=\"place\">Köln</parameter>\n</invoke>\n"
                + "<invoke name=\"now\">\n</invoke>\n</minimax:tool_call>"),
        Arguments.of(
            ToolCallFormat.MINIMAX_M3,
            ("#<tool_call>\n#<invoke name=\"weather\">\n#<place>Köln#</place>\n#</invoke>\n"
                    + "#<invoke name=\"now\">\n#</invoke>\n#</tool_call>")
                .replace("#", "]<]minimax[>[")),
        Arguments.of(
            ToolCallFormat.QWEN_CODER,
            ("<tool_call>\n"
                    + functions.formatted("</tool_call>\n<tool_call>\n")
                    + "\n</tool_call>")
                .replace("\n", "\r\n")),
        Arguments.of(
            ToolCallFormat.KIMI,
            "<|tool_calls_section_begin|><|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>{\"place\": \"Köln\"}<|tool_call_end|>"
                + "<|tool_call_begin|>functions.now:1 <|tool_call_argument_begin|> {}<|tool_call_end|><|tool_calls_section_end|>"),
        Arguments.of(
            ToolCallFormat.LFM,
            "<|tool_call_start|>[weather(place=\"Köln\"), now()]<|tool_call_end|>"),
        Arguments.of(
            ToolCallFormat.LFM,
            "<|tool_call_start|>["
                + weather("name", "arguments")
                + ", "
                + now("name", "arguments")
                + "]<|tool_call_end|>"));
  }

  @ParameterizedTest
  @CsvSource({
    "QWEN_CODER,<tool_call>\\n<function=f>\\n<parameter=a>\\n1\\n</parameter>\\n</function>\\n</tool_call>",
    "SEED,'{% set open = \"<seed:tool_call>\" %}<function=f><parameter=a>'",
    "GLM,<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>",
    "MINIMAX,<minimax:tool_call><invoke name=\"tool-name-1\"></invoke></minimax:tool_call>",
    "KIMI,<|tool_calls_section_begin|><|tool_call_begin|>x<|tool_call_argument_begin|>",
    "KIMI,<|im_system|>tool_declare<|im_middle|>",
    "LFM,List of tools: <|tool_list_start|>[",
    "LFM,<|tool_call_start|>[",
    "LFM,List of tools: [",
    "APRIEL,within <tool_call></tool_call>: <tool_calls>[",
    "MINIMAX_M3,]<]minimax[>[<tool_call>]<]minimax[>[</tool_call>",
    "HERMES,<tool_call></tool_call>"
  })
  void theTemplateTellsTheFormat(ToolCallFormat format, String template) {
    assertEquals(format, ToolCallFormat.detect(template));
  }

  private static final JsonValue TYPED =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {
            "text": {"type": "string"}, "maybe": {"type": ["string", "null"]}, "one": {"enum": ["a", "1"]},
            "any": {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "const": {"const": "7"},
            "none": {"anyOf": [{"type": "number"}, {"type": "null"}]}, "ref": {"anyOf": [{"$ref": "#/$defs/L"}, {"type": "null"}]},
            "open": {"type": "string", "nullable": true},
            "n": {"type": "integer"}, "list": {"type": "array"}, "flag": {"type": "boolean"}, "free": {}},
            "$defs": {"L": {"oneOf": [{"type": "array"}, {"$ref": "#/$defs/L"}, {"type": "string"}]}}}}}]
          """);

  private static String json(String key, String value) {
    Collector collector = new Collector();
    ToolCallSplitter splitter =
        new ToolCallSplitter(ToolCallFormat.GLM, Map.of(), TYPED, collector);
    splitter.onText(
        "<tool_call>f<arg_key>%s</arg_key><arg_value>%s</arg_value></tool_call>"
            .formatted(key, value));
    splitter.end();
    assertEquals(1, collector.calls.size(), key + " " + value);
    String arguments = collector.calls.getFirst().arguments();
    JsonReader.parse(arguments);
    return arguments.substring(("{\"" + key + "\": ").length(), arguments.length() - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text|7|\"7\"",
        "text|null|\"null\"",
        "text|` a\n\"b\" \\ < `|\" a\\n\\\"b\\\" \\\\ < \"",
        "text|``|\"\"",
        "maybe|null|null",
        "maybe|None|null",
        "maybe|nul|\"nul\"",
        "maybe|7|\"7\"",
        "maybe|\"null\"|\"\\\"null\\\"\"",
        "one|1|\"1\"",
        "any|1|1",
        "any|1.5|\"1.5\"",
        "any|one|\"one\"",
        "any|true|\"true\"",
        "none|null|null",
        "none|7|7",
        "none|a|\"a\"",
        "ref|[1]|[1]",
        "ref|null|null",
        "ref|x|\"x\"",
        "open|5|\"5\"",
        "open|null|null",
        "const|7|\"7\"",
        "n|7|7",
        "n|` 12345678901234567890 `|12345678901234567890",
        "n|1.50|1.50",
        "n|seven|\"seven\"",
        "n|\"7\"|\"7\"",
        "n|``|\"\"",
        "n|01|\"01\"",
        "list|[1, {\"a\": [null]}]|[1, {\"a\": [null]}]",
        "list|['a', \"b'\", -1e3, True, None, {'k': []},]|[\"a\", \"b'\", -1e3, true, null, {\"k\": []}]",
        "list|[1, 2|\"[1, 2\"",
        "list|[x]|\"[x]\"",
        "flag|true|true",
        "flag|False|false",
        "free|Köln|\"Köln\"",
        "free|1|1",
        "free|{'a': 'é\\n\\x41'}|{\"a\": \"é\\nA\"}",
        "unknown|[1]|[1]"
      })
  void valuesAreWhatTheSchemaSays(String key, String value, String json) {
    assertEquals(json, json(key, value));
  }

  @Test
  void breaksAroundAValueOnItsOwnLinesAreNoneOfIt() {
    String call = "<function=weather><parameter=place>%s</parameter></function></tool_call>";
    assertEquals(
        Parts.of("", new ToolCall("weather", "{\"place\": \"\\n a\\n\\nb \"}")),
        split(ToolCallFormat.QWEN_CODER, "<tool_call>" + call.formatted("\n\n a\n\nb \n")));
    String seed = "<seed:tool_call>" + call.formatted("\na\n");
    assertEquals(
        List.of(new ToolCall("weather", "{\"place\": \"\\na\\n\"}")),
        split(ToolCallFormat.SEED, seed.replace("</tool", "</seed:tool")).calls());
  }

  @Test
  void aValueEndsWithItsOwnTagOnly() {
    String value = "</function>\\n</tool_call> <parameter=b> <tool_call>";
    assertEquals(
        Parts.of("", new ToolCall("now", "{\"a\": \"" + value + "\"}"), NOW),
        split(
            ToolCallFormat.QWEN_CODER,
            "<tool_call><function=now><parameter=a>%s</parameter></function></tool_call><function=now></function>"
                .formatted(value.replace("\\n", "\n"))));
  }

  static Stream<Arguments> noCalls() {
    String value = "<parameter=place>a</parameter>";
    String function = "<tool_call><function=weather>%s</tool_call>";
    String glm = "<tool_call>weather%s</tool_call>";
    String key = "<arg_key>place</arg_key>";
    String given = "<arg_value>a</arg_value>";
    String lfm = "<|tool_call_start|>%s<|tool_call_end|>";
    String kimi =
        "<|tool_call_begin|>%s<|tool_call_argument_begin|>%s<|tool_call_end|><|tool_calls_section_end|>";
    return Stream.of(
            Stream.of(
                    "",
                    "x",
                    value,
                    value + value + "</function>",
                    "<parameter=></parameter></function>")
                .map(inside -> Arguments.of(ToolCallFormat.QWEN_CODER, function.formatted(inside))),
            Stream.of("x y", key, given, key + "x" + given, key + given + key + given, key + key)
                .map(inside -> Arguments.of(ToolCallFormat.GLM, glm.formatted(inside))),
            Stream.of(
                    "",
                    "[]",
                    "now()",
                    "[now]",
                    "[now(]",
                    "[now(1)]",
                    "[now(a)]",
                    "[now(a=)]",
                    "[now(a=b)]",
                    "[now(a=1 b=2)]",
                    "[now() now()]",
                    "[now(a='x)]",
                    "[now(a=1)",
                    "[now()] x",
                    "[now(), later()]",
                    "[now(a='\\x4')]",
                    "[now(a=0x10)]",
                    "[now(a=(1, 2))]",
                    "[now(a={1: 2})]",
                    "[now(a=" + "[".repeat(99) + "]".repeat(99) + ")]",
                    "[()]",
                    "[now(a=+1)]",
                    "[now(a=1.)]")
                .map(inside -> Arguments.of(ToolCallFormat.LFM, lfm.formatted(inside))),
            Stream.of("functions.later:0", "functions.:0", ":0", "", "functions.now:0 x")
                .map(id -> Arguments.of(ToolCallFormat.KIMI, kimi.formatted(id, "{}"))),
            Stream.of("", "[]", "{", "{\"a\": 01}")
                .map(json -> Arguments.of(ToolCallFormat.KIMI, kimi.formatted("now:0", json))),
            Stream.of("<invoke name=now></invoke>", "<invoke name=\"now\">a</invoke>")
                .map(text -> Arguments.of(ToolCallFormat.MINIMAX, text)))
        .flatMap(cases -> cases);
  }

  @ParameterizedTest
  @MethodSource("noCalls")
  void whatIsNoCallStaysText(ToolCallFormat format, String text) {
    assertEquals(Parts.of(text), split(format, text));
    assertEquals(Parts.of(text), split(format, text.split("")));
    String call =
        (String) answers().filter(a -> a.get()[0] == format).findFirst().orElseThrow().get()[1];
    assertEquals(Parts.of(text, WEATHER, NOW), split(format, text + "\n", call), "calls after it");
  }

  @Test
  void callsOfPythonAreWhatTheyAreInJson() {
    String list =
        "[now(a='it\\'s \"x\"', b=[1, 2.50, -3e2], c={'k': {'l': None}}, d=True , e = false, f=\"</x>]\\u00e9\"), now()]";
    assertEquals(
        Parts.of(
            "",
            new ToolCall(
                "now",
                "{\"a\": \"it's \\\"x\\\"\", \"b\": [1, 2.50, -3e2], \"c\": {\"k\": {\"l\": null}}, \"d\": true, \"e\": false, \"f\": \"</x>]é\"}"),
            NOW),
        split(ToolCallFormat.LFM, "<|tool_call_start|>" + list + "<|tool_call_end|>"));
    assertEquals(
        Parts.of("", NOW), split(ToolCallFormat.LFM, "<|tool_call_start|>[now()]"), "at the end");
  }

  @Test
  void aNameMayStandInAnotherOne() {
    String call =
        "<|tool_call_begin|>%s<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>";
    for (String id : new String[] {"now", "now:12", "functions.now", "functions.now:0"}) {
      assertEquals(Parts.of("", NOW), split(ToolCallFormat.KIMI, call.formatted(id)), id);
    }
  }

  @Test
  void textIsHeldBackOnlyWhileItMayBecomeACall() {
    Collector collector = new Collector();
    ToolCallSplitter splitter =
        new ToolCallSplitter(ToolCallFormat.GLM, Map.of(), TOOLS, collector);
    String[][] steps = {
      {"A <tool", "A", "0"},
      {"_call>late", "A", "0"},
      {"r\n", "A <tool_call>later", "0"},
      {"<tool_call>now\n<arg_k", "A <tool_call>later", "0"},
      {"ing>", "A <tool_call>later\n<tool_call>now\n<arg_king>", "0"},
      {
        "<tool_call>now\n<arg_key>a</arg_key>",
        "A <tool_call>later\n<tool_call>now\n<arg_king>",
        "0"
      },
      {
        "<arg_value>1</arg_value></tool_call>",
        "A <tool_call>later\n<tool_call>now\n<arg_king>",
        "1"
      }
    };
    for (String[] step : steps) {
      splitter.onText(step[0]);
      assertEquals(step[1], collector.text.toString(), step[0]);
      assertEquals(step[2], "" + collector.calls.size(), step[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<function=now><parameter=a>",
        "<function=now><parameter=",
        "<tool_call><function=",
        "<tool_call>"
      })
  void whatDoesNotEndIsLetGo(String start) {
    String endless = start + "a".repeat(ToolCallSplitter.MAX_HELD) + "b";
    assertEquals(Parts.of(endless), split(ToolCallFormat.QWEN_CODER, endless));
    String again = start.repeat(6000 / start.length());
    assertEquals(Parts.of(again), split(ToolCallFormat.QWEN_CODER, again));
  }

  /** A template that writes arguments in tags takes them as an object. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<arg_key>{{ k }}</arg_key><arg_value>{{ v | tojson if v is not string else v }}</arg_value>",
        "<parameter={{ k }}>\n{{ v }}\n</parameter>",
        "{{ k }}='{{ v }}'"
      })
  void argumentsGoBackAsAnObject(String argument) {
    String template =
        "{% for m in messages %}{% for c in m.tool_calls or [] %}{% if c.function.arguments is mapping %}"
            + "{% for k, v in c.function.arguments.items() %}"
            + argument
            + "{% endfor %}{% else %}{{ c.function.arguments }}{% endif %}{% endfor %}{% endfor %}";
    Tokenizer tokenizer = Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b")));
    ChatFormat format = ChatFormat.ofSource(template, tokenizer, () -> 0);
    Message call =
        new Message(
            Message.Role.ASSISTANT,
            "",
            JsonObject.of("tool_calls", JsonValue.of(List.of(WEATHER.value("abcdefghi")))));
    String prompt =
        tokenizer.decode(format.encode(List.of(new Message(Message.Role.USER, "Hi"), call)), true);
    assertEquals(
        argument
            .replaceAll("\\{\\{ k }}", "place")
            .replaceAll("\\{\\{ v [^}]*}}|\\{\\{ v }}", "Köln"),
        prompt);
    assertTrue(prompt.contains("Köln"));
    assertNull(format.reasoning());
  }
}
