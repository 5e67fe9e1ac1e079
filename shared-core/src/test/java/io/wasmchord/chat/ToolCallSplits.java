package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Two tools, calls of them in the words of models, and what a splitter makes of a text. */
final class ToolCallSplits {
  static final JsonValue TOOLS =
      JsonReader.parse(
          """
          [{"type": "function", "function": {"name": "weather", "parameters": {}}}, {"name": "now"}]
          """);
  static final ToolCall WEATHER = new ToolCall("weather", "{\"place\": \"Köln\"}");
  static final ToolCall NOW = new ToolCall("now", "{}");

  private ToolCallSplits() {}

  /** What came out: texts joined, and calls. */
  record Parts(String text, List<ToolCall> calls) {
    static Parts of(String text, ToolCall... calls) {
      return new Parts(text, List.of(calls));
    }
  }

  static final class Collector implements AnswerListener {
    final StringBuilder text = new StringBuilder();
    private final StringBuilder all = new StringBuilder();
    final List<ToolCall> calls = new ArrayList<>();

    @Override
    public boolean onReasoning(String reasoning) {
      throw new AssertionError(reasoning);
    }

    @Override
    public boolean onAnswer(String more) {
      assertFalse(more.isEmpty());
      text.append(more);
      all.append(more);
      return true;
    }

    @Override
    public boolean onToolCalls(List<ToolCall> found, String written) {
      assertFalse(found.isEmpty());
      calls.addAll(found);
      all.append(written);
      return true;
    }

    Parts parts() {
      return new Parts(text.toString(), List.copyOf(calls));
    }
  }

  static ToolCallSplitter splitter(
      ToolCallFormat format, Map<Integer, String> marks, AnswerListener listener) {
    return new ToolCallSplitter(format, marks, TOOLS, listener);
  }

  static Parts split(ToolCallFormat format, String... pieces) {
    Collector collector = new Collector();
    ToolCallSplitter splitter = splitter(format, Map.of(), collector);
    for (String piece : pieces) {
      assertTrue(splitter.onText(piece));
    }
    splitter.end();
    String whole = String.join("", pieces);
    assertEquals(whole.stripTrailing(), collector.all.toString().stripTrailing(), "nothing lost");
    if (collector.calls.isEmpty()) {
      assertEquals(whole, collector.text.toString(), "nothing lost");
    }
    return collector.parts();
  }

  /** The same with the format's markers as control tokens. */
  static Parts splitControl(ToolCallFormat format, String text) {
    Map<Integer, String> marks = new LinkedHashMap<>();
    for (ToolCallPattern pattern : format.patterns()) {
      for (String marker : pattern.markers()) {
        if (!marks.containsValue(marker) && "<[".indexOf(marker.charAt(0)) >= 0) {
          marks.put(marks.size() + 7, marker);
        }
      }
    }
    Collector collector = new Collector();
    ToolCallSplitter splitter = splitter(format, marks, collector);
    for (int at = 0; at < text.length(); ) {
      int here = at;
      int id =
          marks.keySet().stream()
              .filter(key -> text.startsWith(marks.get(key), here))
              .findFirst()
              .orElse(-1);
      assertTrue(id < 0 ? splitter.onText(text.substring(at, at + 1)) : splitter.onMark(id));
      at += id < 0 ? 1 : marks.get(id).length();
    }
    splitter.end();
    return collector.parts();
  }

  static String weather(String name, String arguments) {
    return "{\"%s\": \"weather\", \"%s\": {\"place\": \"Köln\"}}".formatted(name, arguments);
  }

  static String now(String name, String arguments) {
    return "{\"%s\":\"now\",\"%s\":{}}".formatted(name, arguments);
  }
}
