package io.wasmchord.chat;

import static io.wasmchord.chat.ToolCallPattern.closing;
import static io.wasmchord.chat.ToolCallPattern.marker;

import java.util.ArrayList;
import java.util.List;

/** The patterns of families that write calls alike, or in several ways. */
final class FamilyPatterns {
  private FamilyPatterns() {}

  static ToolCallPattern.Part llamaRow() {
    return new ToolCallPattern.CallRow(ToolCallPattern.Keys.LLAMA, "; ");
  }

  static ToolCallPattern deepSeekFenced(boolean first) {
    return deepSeek(
        first,
        new ToolCallPattern.Word(ToolCallPattern.Use.NOTHING, "function"),
        marker("<｜tool▁sep｜>"),
        new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
        marker("```json"),
        new ToolCallPattern.Arguments(),
        marker("```"));
  }

  static ToolCallPattern deepSeekPlain(boolean first) {
    return deepSeek(
        first,
        new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
        marker("<｜tool▁sep｜>"),
        new ToolCallPattern.Arguments());
  }

  private static ToolCallPattern deepSeek(boolean first, ToolCallPattern.Part... inner) {
    List<ToolCallPattern.Part> parts = new ArrayList<>();
    parts.add(marker("<｜tool▁call▁begin｜>"));
    parts.addAll(List.of(inner));
    parts.add(marker("<｜tool▁call▁end｜>"));
    return within(first, "<｜tool▁calls▁begin｜>", parts, "<｜tool▁calls▁end｜>");
  }

  /** One of several calls that stand between two markers. */
  private static ToolCallPattern within(
      boolean first, String open, List<ToolCallPattern.Part> call, String close) {
    List<ToolCallPattern.Part> parts = new ArrayList<>();
    if (first) {
      parts.add(marker(open));
    }
    parts.addAll(call);
    parts.add(closing(close));
    return new ToolCallPattern(
        parts, first ? ToolCallPattern.Writing.SECTION : ToolCallPattern.Writing.READ_ONLY);
  }

  /**
   * One of several calls that stand between two markers, the tag after its last value being
   * forgotten: then what ends the calls must follow, and the end of the answer or further calls.
   */
  private static ToolCallPattern forgiving(
      boolean first, String open, String before, String after, ArgumentTags tags, String close) {
    List<ToolCallPattern.Part> parts = new ArrayList<>();
    if (first) {
      parts.add(marker(open));
    }
    parts.addAll(call(before, after, tags.forgivingly()));
    parts.add(marker(close));
    parts.add(new ToolCallPattern.Before(open));
    return new ToolCallPattern(parts, ToolCallPattern.Writing.READ_ONLY);
  }

  /** A call whose tool is named between two texts, with arguments in tags. */
  private static List<ToolCallPattern.Part> call(String before, String after, ArgumentTags tags) {
    return List.of(
        marker(before),
        new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
        marker(after),
        new ToolCallPattern.Tagged(tags));
  }

  static ToolCallPattern[] functionTags(String open, String close, boolean ownLines) {
    return taggedCalls(
        open,
        "<function=",
        ">",
        new ArgumentTags("<parameter=", ">", "", "</parameter>", "</function>", ownLines),
        close);
  }

  static ToolCallPattern[] miniMax() {
    return taggedCalls(
        "<minimax:tool_call>",
        "<invoke name=\"",
        "\">",
        new ArgumentTags("<parameter name=\"", "\">", "", "</parameter>", "</invoke>", false),
        "</minimax:tool_call>");
  }

  /** The tag before calls is forgotten at times, and so is the one after a call's last value. */
  private static ToolCallPattern[] taggedCalls(
      String open, String before, String after, ArgumentTags tags, String close) {
    List<ToolCallPattern.Part> call = call(before, after, tags);
    return new ToolCallPattern[] {
      within(true, open, call, close),
      within(false, open, call, close),
      forgiving(true, open, before, after, tags, close),
      forgiving(false, open, before, after, tags, close)
    };
  }

  static ToolCallPattern[] deepSeekTags(String outer) {
    String prefix = "｜DSML｜";
    return taggedCalls(
        "<" + prefix + outer + ">",
        "<" + prefix + "invoke name=\"",
        "\">",
        ArgumentTags.typed(prefix),
        "</" + prefix + outer + ">");
  }

  static ToolCallPattern hunyuan(boolean first) {
    List<ToolCallPattern.Part> call =
        List.of(
            marker("<tool_call:opensource>"),
            new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
            marker("<tool_sep:opensource>"),
            new ToolCallPattern.Tagged(
                new ArgumentTags(
                    "<arg_key:opensource>",
                    "</arg_key:opensource>",
                    "<arg_value:opensource>",
                    "</arg_value:opensource>",
                    "</tool_call:opensource>",
                    false)));
    return within(first, "<tool_calls:opensource>", call, "</tool_calls:opensource>");
  }

  static ToolCallPattern miniMaxNamed(boolean first) {
    String before = ToolCallPattern.NAMESPACE;
    List<ToolCallPattern.Part> call =
        List.of(
            marker(before + "<invoke name=\""),
            new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
            marker("\">"),
            new ToolCallPattern.Tagged(ArgumentTags.named(before, "</invoke>")));
    return within(first, before + "<tool_call>", call, before + "</tool_call>");
  }

  static ToolCallPattern kimi(boolean first) {
    List<ToolCallPattern.Part> call =
        List.of(
            marker("<|tool_call_begin|>"),
            new ToolCallPattern.Word(ToolCallPattern.Use.ID, "[0-9]{1,2}"),
            marker("<|tool_call_argument_begin|>"),
            new ToolCallPattern.Arguments(),
            marker("<|tool_call_end|>"));
    return within(first, "<|tool_calls_section_begin|>", call, "<|tool_calls_section_end|>");
  }
}
