package io.wasmchord.chat;

import static io.wasmchord.chat.ToolCallSplits.NOW;
import static io.wasmchord.chat.ToolCallSplits.WEATHER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that nothing holds to a form, told while they are written. */
class EarlyCallsTest {
  /** What was heard, in order: text, names and pieces of arguments; and the calls in the end. */
  private static final class Heard implements AnswerListener {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder written = new StringBuilder();
    private final List<String> names = new ArrayList<>();
    private final List<StringBuilder> pieces = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();

    @Override
    public boolean hearsCallsEarly() {
      return true;
    }

    @Override
    public boolean onReasoning(String more) {
      throw new AssertionError(more);
    }

    @Override
    public boolean onAnswer(String more) {
      assertEquals(calls.size(), names.size(), "no text within a call");
      text.append(more);
      written.append(more);
      return true;
    }

    @Override
    public boolean onToolCallBegun(String name) {
      names.add(name);
      pieces.add(new StringBuilder());
      return true;
    }

    @Override
    public boolean onToolArguments(String piece) {
      assertFalse(piece.isEmpty());
      pieces.getLast().append(piece);
      return true;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String as) {
      int told = names.size() - calls.size();
      assertTrue(told <= found.size());
      for (int i = 0; i < told; i++) {
        ToolCall begun = new ToolCall(names.get(calls.size() + i), piece(calls.size() + i));
        assertEquals(found.get(i), begun, "the pieces are the arguments");
      }
      for (ToolCall each : found.subList(told, found.size())) {
        names.add(each.name());
        pieces.add(new StringBuilder(each.arguments()));
      }
      calls.addAll(found);
      written.append(as);
      return true;
    }

    private String piece(int call) {
      return pieces.get(call).toString();
    }

    private String all() {
      return text + " " + calls;
    }
  }

  private static ToolCallSplitter splitter(ToolCallFormat format, JsonValue tools, Heard heard) {
    return new ToolCallSplitter(
        format, format.patterns(), Map.of(), new OfferedTools(tools), heard, true);
  }

  private static Heard hear(ToolCallFormat format, String... pieces) {
    Heard heard = new Heard();
    ToolCallSplitter splitter = splitter(format, ToolCallSplits.TOOLS, heard);
    for (String piece : pieces) {
      splitter.onText(piece);
    }
    splitter.end();
    assertEquals(
        String.join("", pieces).stripTrailing(),
        heard.written.toString().stripTrailing(),
        "nothing lost");
    return heard;
  }

  @ParameterizedTest
  @MethodSource({
    "io.wasmchord.chat.ToolCallSplitterTest#answers",
    "io.wasmchord.chat.TaggedArgumentsTest#answers",
    "io.wasmchord.chat.FamilyAnswers#answers"
  })
  void piecesAreTheArgumentsHoweverTheTextComes(ToolCallFormat format, String answer) {
    Heard whole = hear(format, answer);
    assertEquals(List.of(WEATHER, NOW), whole.calls);
    assertEquals("", whole.text.toString());
    assertEquals(whole.all(), hear(format, answer.split("")).all());
    for (int at = 1; at < answer.length(); at++) {
      Heard cut = hear(format, answer.substring(0, at));
      assertTrue(
          cut.names.size() <= 2
              && List.of("weather", "now").subList(0, cut.names.size()).equals(cut.names));
      assertEquals(whole.all(), hear(format, answer.substring(0, at), answer.substring(at)).all());
    }
  }

  /** How much of the first call has come before its last argument has: name, and pieces. */
  @ParameterizedTest
  @EnumSource
  void theNameComesBeforeTheArgumentsAndEachOfTheseWhenItHasEnded(ToolCallFormat format) {
    String answer =
        Stream.of(
                ToolCallSplitterTest.answers(),
                TaggedArgumentsTest.answers(),
                FamilyAnswers.answers())
            .flatMap(all -> all)
            .filter(each -> each.get()[0] == format)
            .map(each -> (String) each.get()[1])
            .findFirst()
            .orElseThrow();
    int place = answer.indexOf("Köln");
    String more = answer.substring(0, place + 4) + " ".repeat(3) + answer.substring(place + 4);
    Heard heard = new Heard();
    ToolCallSplitter splitter = splitter(format, ToolCallSplits.TOOLS, heard);
    splitter.onText(more.substring(0, place + 4));
    assertEquals(List.of("weather"), heard.names, "before the argument has ended");
    String begun = heard.piece(0);
    assertTrue(begun.startsWith("{") && !begun.endsWith("}"), begun);
    splitter.onText(more.substring(place + 4));
    splitter.end();
    assertEquals(List.of("weather", "now"), heard.names);
  }

  private static String broken(ToolCallFormat format, String text) {
    String all = hear(format, text).all();
    assertEquals(all, hear(format, text.split("")).all());
    return all;
  }

  @Test
  void whatBreaksOffIsACallAsFarAsItHasCome() {
    String weather = ToolCallSplits.weather("name", "arguments");
    String begun = weather.substring(0, weather.length() - 1);
    assertEquals(
        "oops [" + WEATHER + "]", broken(ToolCallFormat.HERMES, "<tool_call>" + begun + "oops"));
    assertEquals(
        " [" + new ToolCall("weather", "{\"place\": x") + "]",
        broken(
            ToolCallFormat.HERMES,
            "<tool_call>{\"name\": \"weather\", \"arguments\": {\"place\": x"));
    assertEquals(
        "Well. [" + new ToolCall("weather", "{\"place\": \"Ulm\"") + "]",
        broken(
            ToolCallFormat.QWEN_CODER,
            "<tool_call>\n<function=weather>\n<parameter=place>\nUlm\n</parameter>\nWell."));
    assertEquals(
        "So. [" + WEATHER + "]",
        broken(ToolCallFormat.LLAMA, ToolCallSplits.weather("name", "parameters") + "\nSo."));
    assertEquals("[weather](here) []", broken(ToolCallFormat.LLAMA, "[weather](here)"));
    assertEquals(
        "<tool_call>{\"name\": \"rain\", \"arguments\": {}}</tool_call> []",
        broken(
            ToolCallFormat.HERMES,
            "<tool_call>{\"name\": \"rain\", \"arguments\": {}}</tool_call>"));
  }

  /** Answers with a character left out: whatever they are then, chunks make no difference. */
  @ParameterizedTest
  @MethodSource({
    "io.wasmchord.chat.ToolCallSplitterTest#answers",
    "io.wasmchord.chat.TaggedArgumentsTest#answers",
    "io.wasmchord.chat.FamilyAnswers#answers"
  })
  void brokenAnswersDoNotDependOnTheirChunks(ToolCallFormat format, String answer) {
    for (int at = 0; at < answer.length(); at++) {
      broken(format, answer.substring(0, at) + answer.substring(at + 1));
    }
  }

  @Test
  void callsInMessagesComeEarly() {
    Heard heard = new Heard();
    MessageBodies bodies =
        new MessageBodies(heard, new OfferedTools(ToolCallSplits.TOOLS), true, true);
    RecipientReader reader = new RecipientReader(true, bodies);
    reader.onText("weather\n{\"place\": \"K");
    assertEquals(List.of("weather"), heard.names);
    assertEquals("{\"place\": \"K", heard.piece(0));
    reader.onText("öln\"}\n>>>now\n");
    reader.end();
    assertEquals(List.of(WEATHER, NOW), heard.calls);
  }
}
