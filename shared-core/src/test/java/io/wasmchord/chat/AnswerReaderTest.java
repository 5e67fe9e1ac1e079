package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.Message.Role;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Answers from the first to the last character: reasoning, text and calls. */
class AnswerReaderTest {
  private static final Tokenizer BYTES =
      Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b")));
  private static final String THINKS = "{{ messages[0].content }}<|assistant|><think>{{ '\n' }}";
  private static final JsonValue RAIN =
      JsonReader.parse(
          "[{\"type\": \"function\", \"function\": {\"name\": \"rain\", \"parameters\": {\"type\": \"object\","
              + " \"properties\": {\"place\": {\"type\": \"string\"}}}}}]");
  private static final String CALL =
      "<tool_call>\n{\"name\": \"rain\", \"arguments\": {\"place\": \"Bonn\"}}\n</tool_call>";
  private static final ToolCall BONN = new ToolCall("rain", "{\"place\": \"Bonn\"}");

  private record Parts(String reasoning, String text, List<ToolCall> calls) {}

  private static final class Collector implements AnswerListener {
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();

    @Override
    public boolean onReasoning(String more) {
      assertEquals("", text.toString(), "reasoning comes first");
      reasoning.append(more);
      return true;
    }

    @Override
    public boolean onAnswer(String more) {
      text.append(more);
      return true;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      calls.addAll(found);
      return true;
    }

    Parts parts() {
      return new Parts(reasoning.toString(), text.toString(), List.copyOf(calls));
    }
  }

  private static ChatRequest request(JsonValue tools) {
    return ChatRequest.of(List.of(new Message(Role.USER, "Rain in Bonn?"))).withTools(tools);
  }

  private static Parts read(
      String template, Tokenizer tokenizer, ChatRequest request, boolean splits, String... pieces) {
    ChatFormat format = ChatFormat.ofSource(template, tokenizer, () -> 0);
    Collector collector = new Collector();
    AnswerReader reader = format.reader(request, format.encode(request), splits, collector);
    for (String piece : pieces) {
      reader.onText(piece);
    }
    reader.end();
    return collector.parts();
  }

  /** The same however it comes. */
  private static Parts read(String template, ChatRequest request, boolean splits, String answer) {
    Parts whole = read(template, BYTES, request, splits, answer);
    assertEquals(whole, read(template, BYTES, request, splits, answer.split("")), answer);
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      String[] pieces = RandomPieces.of(answer, random);
      assertEquals(whole, read(template, BYTES, request, splits, pieces), answer);
    }
    return whole;
  }

  private static String text(JsonObject from, String key) {
    return ((JsonValue.Text) from.get(key)).value();
  }

  private static ChatRequest request(JsonObject c) {
    List<Message> messages =
        ((JsonArray) c.get("messages"))
            .elements().stream()
                .map(m -> (JsonObject) m)
                .map(m -> new Message(Role.byName(text(m, "role")), text(m, "content")))
                .toList();
    return ChatRequest.of(messages).withTools(c.get("tools"));
  }

  private static Stream<JsonObject> cases(String name) {
    return Stream.of(ChatTemplateTest.resource("cases/" + name + ".jsonl").split("\n"))
        .map(line -> (JsonObject) JsonReader.parse(line));
  }

  @TestFactory
  Stream<DynamicTest> aCallInReasoningIsOneIfItIsTheLastAndNothingIsClosed() {
    return cases("call-in-thinking")
        .map(c ->
            DynamicTest.dynamicTest(
                text(c, "name"),
                () -> {
                  String kind = text(c, "name").split(": ")[1];
                  String answer = text(c, "answer");
                  Parts expected =
                      switch (kind) {
                        case "closed before the call", "never closed, call last" ->
                            new Parts("I look it up.", "", List.of(BONN));
                        case "nothing but the call" -> new Parts("", "", List.of(BONN));
                        case "call as an example in the reasoning, then closed" ->
                            new Parts(
                                answer.substring(0, answer.indexOf("\n</think>")),
                                "It rains.",
                                List.of());
                        default -> throw new IllegalArgumentException(kind);
                      };
                  assertEquals(expected, read(text(c, "template"), request(c), true, answer));
                }));
  }

  @TestFactory
  Stream<DynamicTest> lfmsListsOfToolsNeedNoMarker() {
    return cases("lfm25")
        .map(c ->
            DynamicTest.dynamicTest(
                text(c, "name"),
                () -> {
                  Parts parts = read(text(c, "template"), request(c), true, text(c, "answer"));
                  boolean plain = text(c, "name").endsWith("plain call");
                  assertEquals(plain ? "Checking." : "", parts.text());
                  String code =
                      "{\"code\": \"plt.plot(x, y, 'red', label='')\\nprint(\\\"a\\\\n\\\")\"}";
                  assertEquals(
                      List.of(plain ? BONN : new ToolCall("run_code", code)), parts.calls());
                }));
  }

  @Test
  void quotedCallsStayReasoning() {
    String template = "{# <tool_call></tool_call> #}" + THINKS;
    ChatRequest request = request(RAIN);
    String[] quoted = {
      "Say " + CALL + " and wait",
      "Say " + CALL + "\n\nand " + CALL + " and",
      "First <tool_call>{\"name\": \"rain\"",
    };
    for (String reasoning : quoted) {
      assertEquals(
          new Parts(reasoning, "", List.of()), read(template, request, true, reasoning), "open");
      assertEquals(
          new Parts(reasoning, "Yes.", List.of()),
          read(template, request, true, reasoning + "\n</think>\nYes."),
          "closed");
    }
    assertEquals(
        new Parts("Say " + CALL, "", List.of()),
        read(template, request, true, "Say " + CALL + "</think>"),
        "closed at the end");
    assertEquals(
        new Parts("Say", "Now", List.of(BONN)),
        read(template, request, true, "Say</think>Now" + CALL));
    assertEquals(
        new Parts("Two.", "", List.of(BONN, BONN)),
        read(template, request, true, "Two.\r\n" + CALL + "\r\n" + CALL + "\r\n"));
    assertEquals(
        new Parts("Say " + CALL, "", List.of()),
        read(template, request(JsonValue.ofNull()), true, "Say " + CALL),
        "no tools");
  }

  @Test
  void markersThatAreControlTokensAreReadInReasoningToo() {
    Tokenizer tokenizer =
        Tokenizers.of(
            TestVocabularies.bpe(
                "gpt-2", List.of("a b"), "<think>", "</think>", "<tool_call>", "</tool_call>"));
    String template = "{# <tool_call></tool_call> #}" + THINKS;
    for (boolean closed : new boolean[] {false, true}) {
      ChatFormat format = ChatFormat.ofSource(template, tokenizer, () -> 0);
      ChatRequest request = request(RAIN);
      Collector collector = new Collector();
      AnswerReader reader = format.reader(request, format.encode(request), true, collector);
      reader.onText("Hm.\n");
      reader.onMark(tokenizer.idOf("<tool_call>"));
      reader.onText("{\"name\": \"rain\", \"arguments\": {\"place\": \"Bonn\"}}");
      reader.onMark(tokenizer.idOf("</tool_call>"));
      if (closed) {
        reader.onMark(tokenizer.idOf("</think>"));
        reader.onText("\nYes.");
      }
      reader.end();
      String written =
          "\n<tool_call>{\"name\": \"rain\", \"arguments\": {\"place\": \"Bonn\"}}</tool_call>";
      assertEquals(
          closed
              ? new Parts("Hm." + written, "Yes.", List.of())
              : new Parts("Hm.", "", List.of(BONN)),
          collector.parts());
    }
  }

  @Test
  void withoutSplittingTheTextIsWholeAndKeepsWhatThePromptHasBegun() {
    assertEquals(
        new Parts("", "<think>\nHm.\n</think>\n\nYes. ", List.of()),
        read(THINKS, request(JsonValue.ofNull()), false, "Hm.\n</think>\n\nYes. "));
    assertEquals(
        new Parts("", "<think>\n Hm.", List.of()),
        read(THINKS, request(JsonValue.ofNull()), false, " Hm."));
    assertEquals(
        new Parts("", "", List.of()),
        read(THINKS, request(JsonValue.ofNull()), false, ""),
        "no answer");
    String closed = "{# <think> #}{{ messages[0].content }}";
    assertEquals(
        new Parts("", " <think>Hm.</think> Yes.", List.of()),
        read(closed, request(JsonValue.ofNull()), false, " <think>Hm.</think> Yes."));
    String tools = "{# <tool_call></tool_call> #}" + THINKS;
    assertEquals(
        new Parts("", "<think>\nSay " + CALL + " \n</think>\n\nYes.", List.of(BONN)),
        read(tools, request(RAIN), false, "Say " + CALL + " \n</think>\n\nYes." + CALL));
    assertEquals(
        new Parts("", "<think>\n Say", List.of(BONN)),
        read(tools, request(RAIN), false, " Say\n" + CALL));
  }

  @Test
  void aprielsReasoningAndCalls() {
    String template =
        "{{ messages[0].content }}Return all within <tool_call></tool_call> XML tags: <tool_calls>[{\"name\": ...}]</tool_calls> [BEGIN FINAL RESPONSE]";
    String list =
        "<tool_calls>[{\"name\": \"rain\", \"arguments\": {\"place\": \"Bonn\"}, \"id\": \"1\"}]</tool_calls>";
    String steps = "Here are my reasoning steps:\nI look.\n";
    assertEquals(
        new Parts("I look.", "It rains.", List.of()),
        read(
            template,
            request(RAIN),
            true,
            steps + "[BEGIN FINAL RESPONSE]\nIt rains.\n[END FINAL RESPONSE]\n"));
    assertEquals(
        new Parts("I look.", "", List.of(BONN)),
        read(template, request(RAIN), true, steps + "[BEGIN FINAL RESPONSE]\n" + list));
    assertEquals(
        new Parts("I look.", "", List.of(BONN)), read(template, request(RAIN), true, steps + list));
    assertEquals(new Parts("", "", List.of(BONN)), read(template, request(RAIN), true, list));
  }

  @Test
  void miniMaxM3sCallsAreTagsOfTheirOwn() {
    String ns = "]<]minimax[>[";
    String template = "{{ messages[0].content }}" + ns + "<tool_call> <mm:think> </tool_call>";
    String answer =
        "<mm:think>Hm.</mm:think>\n\n"
            + ns
            + "<tool_call>\n"
            + ns
            + "<invoke name=\"rain\">\n"
            + ns
            + "<place>Bonn"
            + ns
            + "</place>\n"
            + ns
            + "</invoke>\n"
            + ns
            + "<invoke name=\"rain\">"
            + ns
            + "</invoke>\n"
            + ns
            + "</tool_call>";
    ToolCall none = new ToolCall("rain", "{}");
    assertEquals(
        new Parts("Hm.", "", List.of(BONN, none)), read(template, request(RAIN), true, answer));
    Tokenizer control = Tokenizers.of(TestVocabularies.bpe("gpt-2", List.of("a b"), ns));
    ChatFormat format = ChatFormat.ofSource(template, control, () -> 0);
    Collector collector = new Collector();
    AnswerReader reader =
        format.reader(request(RAIN), format.encode(request(RAIN)), true, collector);
    String[] parts = answer.split(Pattern.quote(ns));
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        reader.onMark(control.idOf(ns));
      }
      reader.onText(parts[i]);
    }
    reader.end();
    assertEquals(new Parts("Hm.", "", List.of(BONN, none)), collector.parts());
    String nested =
        ns
            + "<tool_call>"
            + ns
            + "<invoke name=\"rain\">"
            + ns
            + "<a>"
            + ns
            + "<b>1"
            + ns
            + "</b>"
            + ns
            + "</a>"
            + ns
            + "</invoke>";
    assertEquals(
        new Parts("", nested, List.of()), read(template, request(RAIN), true, nested), "not known");
  }

  /** Characters that the matches of {@code text} were given. */
  private static long examined(ToolCallFormat format, String text, int piece) {
    ToolCallSplits.Collector collector = new ToolCallSplits.Collector();
    ToolCallSplitter splitter = ToolCallSplits.splitter(format, Map.of(), collector);
    for (int at = 0; at < text.length(); at += piece) {
      splitter.onText(text.substring(at, Math.min(text.length(), at + piece)));
    }
    splitter.end();
    assertEquals(text, collector.text.toString(), "nothing lost");
    return splitter.examined();
  }

  @Test
  void callsThatNeverCloseAreReadInTimeThatGrowsAsTheyDo() {
    String[][] hostile = {
      {"HERMES", "<tool_call>{\"name\":["},
      {"HERMES", "<tool_call>{\"name\":\"now\",\"arguments\":{\"a\":["},
      {"HERMES", "<tool_call>{\"name\":{\"<tool_call>\":"},
      {"QWEN_CODER", "<tool_call><function=now><parameter=a>"},
      {"GLM", "<tool_call>now<arg_key>a</arg_key><arg_value>"},
      {"LFM", "<|tool_call_start|>["},
      {"MISTRAL", "[TOOL_CALLS]["},
      {"MINIMAX_M3", "]<]minimax[>[<invoke name=\"now\">]<]minimax[>[<a>"},
      {"LLAMA", "{\"name\":["},
      {"COMMAND_R", "Action:```json["}
    };
    for (String[] each : hostile) {
      ToolCallFormat format = ToolCallFormat.valueOf(each[0]);
      String one = each[1].repeat(400_000 / each[1].length());
      long once = examined(format, one, 4);
      long twice = examined(format, one + one, 4);
      assertTrue(once < 12L * one.length() + (2 << 20), each[1] + ": " + once);
      assertTrue(twice < 2.5 * once + (1 << 20), each[1] + ": " + once + ", " + twice);
      assertEquals(once, examined(format, one, one.length()), "however it comes");
    }
  }

  @Test
  void aCallAfterAHostileStartIsFound() {
    String start = "<tool_call>{\"name\":[".repeat(50);
    ToolCallSplits.Parts parts =
        ToolCallSplits.split(
            ToolCallFormat.HERMES, start + "}" + "<tool_call>{\"name\": \"now\"}</tool_call>");
    assertEquals(List.of(ToolCallSplits.NOW), parts.calls());
  }

  /** Whitespace that may belong to a marker is held back, and copied once. */
  @Test
  void endlessSpaceIsReadOnce() {
    String space = "\n".repeat(2_000_000);
    for (String begin : new String[] {"", "<think>", "<think>a", "<think>a</think>", "b"}) {
      Collector collector = new Collector();
      ReasoningFormat format = ReasoningFormat.detect("<think>", BYTES);
      ReasoningSplitter splitter = new ReasoningSplitter(format, false, collector);
      splitter.onText(begin);
      for (int i = 0; i < space.length(); i += 4) {
        splitter.onText(space.substring(i, i + 4));
      }
      splitter.onText("c");
      splitter.end();
      Parts parts = collector.parts();
      boolean kept = begin.isEmpty() || begin.endsWith("a") || begin.equals("b");
      assertEquals(
          kept ? space.length() : 0,
          (parts.reasoning() + parts.text()).chars().filter(c -> c == '\n').count(),
          begin);
    }
  }
}
