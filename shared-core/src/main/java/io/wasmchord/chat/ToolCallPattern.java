package io.wasmchord.chat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The order in which a family of models writes one call of a tool, or a list of them. Whitespace
 * may stand between any two parts.
 */
record ToolCallPattern(List<Part> parts, Writing writing) {
  /** How a model that is held to the pattern writes it. */
  enum Writing {
    /** As it is, once for each call. */
    REPEATED,
    /** The first and the last part once, what is between them for each call. */
    SECTION,
    /** Not at all: it is forgiven. */
    READ_ONLY
  }

  /** What a call consists of. */
  sealed interface Part {}

  /**
   * A marker: a control token where the vocabulary has it as one, else a text.
   *
   * @param optional only at the end
   */
  record Marker(String text, boolean optional) implements Part {}

  /**
   * A word up to whitespace or a bracket.
   *
   * @param written a pattern of what is written there, where that is no name
   */
  record Word(Use use, String written) implements Part {
    Word(Use use) {
      this(use, "");
    }
  }

  /** What a word is good for. */
  enum Use {
    /** The tool's name. */
    NAME,
    /** The call's name, in which the tool's stands: {@code functions.NAME:0}. */
    ID,
    NOTHING
  }

  /**
   * JSON: an object with a call's name and arguments, or a list of such objects.
   *
   * @param list whether a list is what is written
   */
  record Calls(Keys keys, boolean list) implements Part {
    /** A list with OpenAI's keys. */
    Calls() {
      this(Keys.OPENAI, true);
    }
  }

  /**
   * The same several times in a row, with space, a comma or a semicolon between.
   *
   * @param between what is written between two
   */
  record CallRow(Keys keys, String between) implements Part {}

  /**
   * Which keys are written in a call's JSON.
   *
   * @param first one that may come before them; empty for none
   * @param firstValue a pattern of its value
   */
  record Keys(String name, String arguments, String first, String firstValue) {
    static final Keys OPENAI = new Keys("name", "arguments", "", "");
    static final Keys LLAMA = new Keys("name", "parameters", "type", "function");
    static final Keys COHERE = new Keys("tool_name", "parameters", "tool_call_id", "[0-9]{1,3}");
  }

  /** JSON: an object with the arguments of the tool that was named before. */
  record Arguments() implements Part {}

  /** Arguments in tags, of the tool that was named before, up to the tag that ends them. */
  record Tagged(ArgumentTags tags) implements Part {}

  /**
   * An object with the arguments of the tool that was named before, whose keys are bare, and whose
   * texts stand between two marks.
   */
  record Bare(String quote) implements Part {}

  /** A list of calls as Python writes them; single ones, too, where {@code single}. */
  record PythonRow(boolean single) implements Part {}

  /** JSON: a list of objects with a tool's name as their only key, and its arguments. */
  record NamedCalls() implements Part {}

  /** A list of calls as Python writes them, up to a marker. */
  record PythonCalls(String end) implements Part {}

  /** The end of the answer, or a marker that is none of this call. */
  record Before(String marker) implements Part {}

  /** The end of the answer. */
  record End() implements Part {}

  /** Where a call's JSON has its parts, by the families' names for them. */
  static final List<String> NAMES = List.of("name", "tool_name", "function");

  static final List<String> ARGUMENTS = List.of("arguments", "parameters");

  /** Keys that may come first in it. */
  static final Set<String> FIRST_KEYS =
      Set.of(
          "name", "tool_name", "function", "arguments", "parameters", "id", "tool_call_id", "type");

  /** What MiniMax M3 writes before each of its tags. */
  static final String NAMESPACE = "]<]minimax[>[";

  static ToolCallPattern of(Part... parts) {
    return new ToolCallPattern(List.of(parts), Writing.REPEATED);
  }

  /** The same, read and never written. */
  ToolCallPattern forgiven() {
    return new ToolCallPattern(parts, Writing.READ_ONLY);
  }

  /** The texts in it that can be tokens. */
  List<String> markers() {
    return parts.stream()
        .flatMap(part ->
            switch (part) {
              case Marker(String text, boolean optional) ->
                  Stream.of(text.startsWith(NAMESPACE) ? NAMESPACE : text);
              case Tagged(ArgumentTags tags) -> tags.markers().stream();
              case PythonCalls(String end) -> Stream.of(end);
              case Bare(String quote) -> Stream.of(quote);
              case Before(String marker) -> Stream.of(marker);
              default -> Stream.empty();
            })
        .toList();
  }

  static Part marker(String text) {
    return new Marker(text, false);
  }

  /** A marker that a model may leave out at the end. */
  static Part closing(String text) {
    return new Marker(text, true);
  }
}
