package io.wasmchord.chat;

import java.util.List;

/**
 * The tags in which a family of models writes arguments: each with its key and its value.
 *
 * @param key what stands before a key
 * @param keyEnd what stands after it
 * @param value what stands before the value; empty where that follows at once
 * @param literal what stands there instead where the value is no text; empty where that is not said
 * @param valueEnd what stands after it
 * @param end what stands after the last argument
 * @param ownLines whether a value stands on lines of its own, so that the breaks around it are none
 *     of it
 * @param forgiving whether the last value may end with {@code end}, its own tag being forgotten
 */
record ArgumentTags(
    String key,
    String keyEnd,
    String value,
    String literal,
    String valueEnd,
    String end,
    boolean ownLines,
    boolean forgiving) {
  ArgumentTags(
      String key, String keyEnd, String value, String valueEnd, String end, boolean ownLines) {
    this(key, keyEnd, value, "", valueEnd, end, ownLines, false);
  }

  /** DeepSeek's since V3.2, which say whether a value is a text. */
  static ArgumentTags typed(String prefix) {
    return new ArgumentTags(
        "<" + prefix + "parameter name=\"",
        "\"",
        "string=\"true\">",
        "string=\"false\">",
        "</" + prefix + "parameter>",
        "</" + prefix + "invoke>",
        false,
        false);
  }

  /** The same where the tag after the last value may be missing. */
  ArgumentTags forgivingly() {
    return new ArgumentTags(key, keyEnd, value, literal, valueEnd, end, ownLines, true);
  }

  /** Whether values may be quoted as XML quotes them, as MiniCPM's are. */
  boolean sections() {
    return key.startsWith("<param ");
  }

  /** What may stand before a value. */
  List<String> values() {
    return literal.isEmpty() ? List.of(value) : List.of(value, literal);
  }

  /** MiniMax M3's: a tag is named as the key is. */
  static ArgumentTags named(String prefix, String end) {
    return new ArgumentTags(prefix + "<", ">", "", "", prefix + end, false);
  }

  boolean named() {
    return valueEnd.isEmpty();
  }

  /** What stands after the value of {@code name}. */
  String valueEnd(String name) {
    return named() ? key + "/" + name + keyEnd : valueEnd;
  }

  /** Those that can be tokens. */
  List<String> markers() {
    if (named()) {
      return List.of();
    }
    return value.isEmpty()
        ? List.of(key, keyEnd, valueEnd, end)
        : List.of(key, keyEnd, value, valueEnd, end);
  }
}
