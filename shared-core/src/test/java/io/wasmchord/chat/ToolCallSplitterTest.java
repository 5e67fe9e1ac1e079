package io.wasmchord.chat;

import static io.wasmchord.chat.ToolCallSplits.NOW;
import static io.wasmchord.chat.ToolCallSplits.WEATHER;
import static io.wasmchord.chat.ToolCallSplits.now;
import static io.wasmchord.chat.ToolCallSplits.split;
import static io.wasmchord.chat.ToolCallSplits.splitControl;
import static io.wasmchord.chat.ToolCallSplits.splitter;
import static io.wasmchord.chat.ToolCallSplits.weather;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.ToolCallSplits.Collector;
import io.wasmchord.chat.ToolCallSplits.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls of tools in what a model writes. */
class ToolCallSplitterTest {
  /** Answers of the families, and what they mean. */
  static Stream<Arguments> answers() {
    String both = "[" + weather("name", "arguments") + ", " + now("name", "arguments") + "]";
    String cohere =
        "[\n  "
            + weather("tool_name", "parameters")
            + ",\n  "
            + now("tool_name", "parameters")
            + "\n]";
    return Stream.of(
        Arguments.of(
            ToolCallFormat.HERMES,
            "<tool_call>\n%s\n</tool_call>\n<tool_call>\n%s\n</tool_call>"
                .formatted(weather("name", "arguments"), now("name", "arguments"))),
        Arguments.of(ToolCallFormat.APRIEL, "<tool_calls>" + both + "</tool_calls>"),
        Arguments.of(ToolCallFormat.MISTRAL, "[TOOL_CALLS] " + both),
        Arguments.of(
            ToolCallFormat.MISTRAL,
            "[TOOL_CALLS]weather[ARGS]{\"place\": \"Köln\"}[TOOL_CALLS]now[ARGS]{}"),
        Arguments.of(
            ToolCallFormat.MISTRAL,
            "[TOOL_CALLS]weather[CALL_ID]abcdefghi[ARGS]{\"place\": \"Köln\"}[TOOL_CALLS]now[CALL_ID]1[ARGS]{}"),
        Arguments.of(
            ToolCallFormat.DEEPSEEK,
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n{\"place\": \"Köln\"}\n```"
                + "<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>now\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        Arguments.of(
            ToolCallFormat.DEEPSEEK,
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>weather<｜tool▁sep｜>{\"place\": \"Köln\"}<｜tool▁call▁end｜>"
                + "<｜tool▁call▁begin｜>now<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        Arguments.of(ToolCallFormat.COMMAND_A, "<|START_ACTION|>" + cohere + "<|END_ACTION|>"),
        Arguments.of(ToolCallFormat.COMMAND_R, "Action: ```json\n" + cohere + "\n```"),
        Arguments.of(ToolCallFormat.PHI, "<|tool_call|>" + both + "<|/tool_call|>"),
        Arguments.of(ToolCallFormat.PHI, "<|tool_call|>" + both),
        Arguments.of(ToolCallFormat.PHI, "functools" + both),
        Arguments.of(ToolCallFormat.GRANITE, "<|tool_call|>" + both),
        Arguments.of(ToolCallFormat.GRANITE, "<tool_call>" + both),
        Arguments.of(
            ToolCallFormat.LLAMA,
            "[" + weather("name", "parameters") + ",\n" + now("name", "parameters") + "]"),
        Arguments.of(
            ToolCallFormat.LLAMA,
            "<|python_tag|>["
                + weather("name", "parameters")
                + ","
                + now("name", "parameters")
                + "]"),
        Arguments.of(
            ToolCallFormat.LLAMA, weather("name", "parameters") + "; " + now("name", "parameters")),
        Arguments.of(
            ToolCallFormat.LLAMA,
            "<|python_tag|>" + weather("name", "parameters") + "\r\n" + now("name", "parameters")),
        Arguments.of(
            ToolCallFormat.LLAMA,
            "{\"type\": \"function\", "
                + weather("name", "parameters").substring(1)
                + "{\"type\": \"function\", \"function\": \"now\", \"parameters\": {}}"),
        Arguments.of(
            ToolCallFormat.LLAMA,
            "{\"type\": \"function\", \"function\": "
                + weather("name", "arguments")
                + "}, "
                + now("name", "parameters")));
  }

  @ParameterizedTest
  @MethodSource({
    "answers",
    "io.wasmchord.chat.TaggedArgumentsTest#answers",
    "io.wasmchord.chat.FamilyAnswers#answers"
  })
  void callsAreFoundAloneAndInText(ToolCallFormat format, String answer) {
    Parts calls = Parts.of("", WEATHER, NOW);
    assertEquals(calls, split(format, answer));
    assertEquals(calls, split(format, "\n\n" + answer + "\n"));
    assertEquals(calls, split(format, answer.split("")));
    for (int at = 1; at < answer.length(); at++) {
      assertEquals(calls, split(format, answer.substring(0, at), answer.substring(at)));
    }
    assertEquals(calls, splitControl(format, answer));
    Parts between = split(format, "Well.\n" + answer + "\nDone.\n");
    assertEquals(
        format.wholeAnswer()
            ? Parts.of("Well.\n" + answer + "\nDone.\n")
            : Parts.of("Well.\nDone.\n", WEATHER, NOW),
        between);
  }

  @ParameterizedTest
  @MethodSource({
    "answers",
    "io.wasmchord.chat.TaggedArgumentsTest#answers",
    "io.wasmchord.chat.FamilyAnswers#answers"
  })
  void aCallOfAnotherToolIsText(ToolCallFormat format, String answer) {
    String other = answer.replace("weather", "destroy").replace("now", "later");
    assertEquals(Parts.of(other), split(format, other));
    assertEquals(Parts.of(other), splitControl(format, other));
  }

  @ParameterizedTest
  @MethodSource({
    "answers",
    "io.wasmchord.chat.TaggedArgumentsTest#answers",
    "io.wasmchord.chat.FamilyAnswers#answers"
  })
  void anUnfinishedCallIsText(ToolCallFormat format, String answer) {
    int open = answer.indexOf("Köln");
    for (int end = 0; end <= open; end++) {
      String cut = answer.substring(0, end);
      assertEquals(Parts.of(cut), split(format, cut));
      assertEquals(Parts.of(cut), splitControl(format, cut));
    }
    for (int end = open; end < answer.length(); end++) {
      split(format, answer.substring(0, end)); // asserts that nothing is lost
    }
  }

  /** Whatever is written, and however it comes: the same parts, and nothing lost. */
  @ParameterizedTest
  @EnumSource
  void anySplittingGivesTheSameParts(ToolCallFormat format) {
    Random random = new Random(7);
    List<String> alphabet =
        new ArrayList<>(
            List.of(
                " ",
                "\n",
                "x",
                "é",
                "😀",
                "{",
                "}",
                "[",
                "]",
                ",",
                "\"",
                "\\",
                "<",
                "weather",
                "now",
                weather("name", "arguments"),
                now("tool_name", "parameters"),
                "{}",
                "[" + now("name", "parameters") + "]",
                "```json\n{\"a\": [1]}\n```"));
    for (ToolCallPattern pattern : format.patterns()) {
      for (String marker : pattern.markers()) {
        alphabet.add(marker);
        alphabet.add(marker.substring(0, (marker.length() + 1) / 2));
      }
    }
    List<String> answers =
        Stream.of(answers(), TaggedArgumentsTest.answers(), FamilyAnswers.answers())
            .flatMap(all -> all)
            .filter(a -> a.get()[0] == format)
            .map(a -> (String) a.get()[1])
            .toList();
    for (int round = 0; round < 1000; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(14); n > 0; n--) {
        boolean whole = random.nextInt(6) == 0;
        List<String> from = whole ? answers : alphabet;
        String piece = from.get(random.nextInt(from.size()));
        text.append(
            random.nextInt(9) == 0 ? piece.substring(random.nextInt(piece.length())) : piece);
      }
      Parts expected = split(format, text.toString());
      assertEquals(
          expected, split(format, RandomPieces.of(text.toString(), random)), text.toString());
      assertEquals(expected, split(format, text.toString().split("")), text.toString());
    }
  }

  private static String hermes(String json) {
    return "<tool_call>" + json + "</tool_call>";
  }

  @Test
  void argumentsAreWhatTheModelWrote() {
    String nested =
        "{\"a\": {\"b\": [1, 2.50, -3e2, null, true, {\"c\": \"}]</tool_call>\"}]}, \"d\": \"\\u00e9\\ud83d\\ude00 \\\"q\\\" \\\\\", \"n\": 12345678901234567890}";
    assertEquals(
        Parts.of("", new ToolCall("now", nested)),
        split(
            ToolCallFormat.HERMES,
            hermes("{\"arguments\": " + nested + ", \"name\": \"\\u006eow\", \"id\": 1}")));
    assertEquals(Parts.of("", NOW), split(ToolCallFormat.HERMES, hermes("{\"name\": \"now\"}")));
    for (String none : new String[] {"null", "\"\"", "\" \"", "\"null\"", "{}", "\"{}\""}) {
      assertEquals(
          none.equals("\"null\"") ? 0 : 1,
          split(ToolCallFormat.HERMES, hermes("{\"name\": \"now\", \"arguments\": " + none + "}"))
              .calls()
              .size(),
          none);
    }
    assertEquals(
        Parts.of("", NOW),
        split(ToolCallFormat.HERMES, hermes("{\"name\": \"now\", \"arguments\": null}")));
    assertEquals(
        Parts.of("", NOW),
        split(ToolCallFormat.HERMES, hermes("{\"name\": \"now\", \"arguments\": \"\"}")));
    assertEquals(
        Parts.of("", WEATHER),
        split(
            ToolCallFormat.HERMES,
            hermes("{\"name\": \"weather\", \"arguments\": \"{\\\"place\\\": \\\"Köln\\\"}\"}")),
        "quoted twice");
  }

  @Test
  void whatIsNoCallStaysText() {
    String[] texts = {
      "A <tool_call> is a tag, and </tool_call> ends it.",
      hermes(""),
      hermes("{}"),
      hermes("[]"),
      hermes("[1]"),
      hermes("null"),
      hermes("{\"name\": \"now\", \"arguments\": [1]}"),
      hermes("{\"name\": \"now\", \"arguments\": \"x\"}"),
      hermes("{\"name\": [\"now\"], \"arguments\": {}}"),
      hermes("{\"name\": \"now\", \"arguments\": {\"a\": 01}}"),
      hermes("{\"name\": \"now\", \"arguments\": {\"a\": \"\n\"}}"),
      hermes("{\"name\": \"now\", \"arguments\": {\"a\": 1]}"),
      hermes("{\"name\": \"now\", \"arguments\": {}}}"),
      hermes("{\"name\": \"now\", \"arguments\": {}} yes"),
      hermes("{\"name\": \"now\", \"arguments\": {},}"),
      hermes("{'name': 'now'}"),
      hermes("[" + now("name", "arguments") + ", {\"name\": \"later\"}]"),
      hermes("{\"name\": \"now\", \"arguments\": {\"a\": " + "[".repeat(99) + "]".repeat(99) + "}}")
    };
    for (String text : texts) {
      assertEquals(Parts.of(text), split(ToolCallFormat.HERMES, text));
      assertEquals(
          Parts.of(text, NOW),
          split(ToolCallFormat.HERMES, text, hermes(now("name", "arguments"))),
          "a call after it is one");
    }
  }

  @Test
  void aCallAfterABrokenOneIsFound() {
    String broken = "<tool_call>\n{\"name\": \"now\", \"arguments\": {}\n";
    assertEquals(
        Parts.of(broken.strip(), NOW),
        split(ToolCallFormat.HERMES, broken + hermes(now("name", "arguments"))));
    String closed = "<tool_call>{\"name\": \"now\", \"arguments\": {}}";
    assertEquals(Parts.of("", NOW), split(ToolCallFormat.HERMES, closed), "the end closes it");
    assertEquals(Parts.of("", NOW), split(ToolCallFormat.HERMES, closed + "\n</tool"));
  }

  @Test
  void jsonThatIsTheAnswerIsNoCallUnlessItSaysSo() {
    String json = "{\"city\": \"Köln\", \"name\": \"now\", \"parameters\": {}}";
    Collector collector = new Collector();
    ToolCallSplitter splitter = splitter(ToolCallFormat.LLAMA, Map.of(), collector);
    splitter.onText("{\"city\"");
    assertEquals("{\"city\"", collector.text.toString(), "as soon as it is certain");
    splitter.onText(json.substring(7));
    splitter.end();
    assertEquals(List.of(), collector.calls);
    String call = now("name", "parameters");
    assertEquals(Parts.of(call + "?"), split(ToolCallFormat.LLAMA, call + "?"));
    assertEquals(Parts.of("", NOW), split(ToolCallFormat.LLAMA, " \n" + call + " \n"));
  }

  @Test
  void textComesAsSoonAsItIsCertain() {
    Collector collector = new Collector();
    ToolCallSplitter splitter = splitter(ToolCallFormat.HERMES, Map.of(), collector);
    String[][] steps = {
      {"Let me see", "Let me see", "0"},
      {".\n", "Let me see.", "0"},
      {"<tool", "Let me see.", "0"},
      {"s>", "Let me see.\n<tools>", "0"},
      {" <tool_call> {\"name\": ", "Let me see.\n<tools>", "0"},
      {"\"now\"}\n</tool_call>", "Let me see.\n<tools>", "1"},
      {"\n", "Let me see.\n<tools>", "1"},
      {"Yes", "Let me see.\n<tools>\nYes", "1"}
    };
    for (String[] step : steps) {
      splitter.onText(step[0]);
      assertEquals(step[1], collector.text.toString(), step[0]);
      assertEquals(step[2], "" + collector.calls.size(), step[0]);
    }
  }

  @Test
  void aCallThatDoesNotEndIsLetGo() {
    String start = "<tool_call>{\"name\": \"";
    String endless = start + "a".repeat(ToolCallSplitter.MAX_HELD);
    Collector collector = new Collector();
    ToolCallSplitter splitter = splitter(ToolCallFormat.HERMES, Map.of(), collector);
    splitter.onText(endless);
    assertTrue(collector.text.length() > ToolCallSplitter.MAX_HELD, "what was held came out");
    assertEquals(Parts.of(endless + "b"), split(ToolCallFormat.HERMES, endless, "b"));
    String nested = "[\"<tool_call>".repeat(3000);
    assertEquals(Parts.of(nested), split(ToolCallFormat.HERMES, nested));
  }

  @Test
  void aMarkerThatIsAControlTokenIsKnownByItsIdAlone() {
    Collector collector = new Collector();
    ToolCallSplitter splitter =
        splitter(ToolCallFormat.MISTRAL, Map.of(9, "[TOOL_CALLS]"), collector);
    String call = "[" + now("name", "arguments") + "]";
    splitter.onText("[TOOL_CALLS]" + call + " ");
    splitter.onMark(4);
    splitter.onMark(9);
    splitter.onText("x ");
    splitter.onMark(9);
    splitter.onText(call);
    splitter.end();
    assertEquals(Parts.of("[TOOL_CALLS]" + call + " [TOOL_CALLS]x", NOW), collector.parts());
  }

  @Test
  void theListenerCanStop() {
    AnswerListener stop =
        new AnswerListener() {
          @Override
          public boolean onReasoning(String text) {
            return true;
          }

          @Override
          public boolean onAnswer(String text) {
            return text.equals("on");
          }
        };
    ToolCallSplitter splitter = splitter(ToolCallFormat.HERMES, Map.of(), stop);
    assertTrue(splitter.onText("on"));
    assertFalse(splitter.onText(hermes(now("name", "arguments"))), "calls are text by default");
  }
}
