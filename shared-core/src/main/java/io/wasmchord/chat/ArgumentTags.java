package io.wasmchord.chat;

import java.util.List;

/**
 * The tags in which a family of models writes arguments: each with its key and its value.
 *
 * @param key what stands before a key
 * @param keyEnd what stands after it
 * @param value what stands before the value; empty where that follows at once
 * @param valueEnd what stands after it
 * @param end what stands after the last argument
 * @param ownLines whether a value stands on lines of its own, so that the breaks around it are none
 *     of it
 */
record ArgumentTags(
    String key, String keyEnd, String value, String valueEnd, String end, boolean ownLines) {
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
