package io.wasmchord.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Arguments in tags, as they come character by character, up to the tag that ends them. */
final class TaggedArguments {
  private enum Reading {
    BETWEEN,
    KEY,
    BEFORE_VALUE,
    VALUE
  }

  private final ArgumentTags tags;
  private final Set<String> control;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final StringBuilder read = new StringBuilder(); // of the tag, key or value under way
  private Reading reading = Reading.BETWEEN;
  private String key = "";

  /**
   * @param control the tags that are control tokens, and come as such
   */
  TaggedArguments(ArgumentTags tags, Set<String> control) {
    this.tags = tags;
    this.control = control;
  }

  /** The values as they were written, by their keys. */
  Map<String, String> values() {
    return values;
  }

  JsonSpan.State feed(char c) {
    boolean inTag = reading == Reading.BETWEEN || reading == Reading.BEFORE_VALUE;
    if (inTag && read.isEmpty() && Character.isWhitespace(c)) {
      return JsonSpan.State.MORE;
    }
    read.append(c);
    return inTag ? spelled() : content();
  }

  /** Takes the characters of a control token that begins tags. */
  JsonSpan.State feedAll(String piece) {
    JsonSpan.State state = JsonSpan.State.MORE;
    for (int i = 0; i < piece.length() && state == JsonSpan.State.MORE; i++) {
      state = feed(piece.charAt(i));
    }
    return state;
  }

  /** Takes a control token. */
  JsonSpan.State feedControl(String piece) {
    return switch (reading) {
      case BETWEEN, BEFORE_VALUE ->
          read.isEmpty() && expected().contains(piece) ? reached(piece) : JsonSpan.State.BROKEN;
      case KEY, VALUE -> piece.equals(closing()) ? closed(read.toString()) : JsonSpan.State.BROKEN;
    };
  }

  private List<String> expected() {
    return reading == Reading.BETWEEN ? List.of(tags.key(), tags.end()) : List.of(tags.value());
  }

  private String closing() {
    return reading == Reading.KEY ? tags.keyEnd() : tags.valueEnd(key);
  }

  private JsonSpan.State spelled() {
    String begun = read.toString();
    JsonSpan.State state = JsonSpan.State.BROKEN;
    for (String tag : expected()) {
      if (!control.contains(tag) && tag.startsWith(begun)) {
        state = tag.equals(begun) ? reached(tag) : JsonSpan.State.MORE;
      }
    }
    return state;
  }

  private JsonSpan.State reached(String tag) {
    read.setLength(0);
    if (tag.equals(tags.end())) {
      return JsonSpan.State.END;
    }
    reading = reading == Reading.BETWEEN ? Reading.KEY : Reading.VALUE;
    return JsonSpan.State.MORE;
  }

  private JsonSpan.State content() {
    String end = closing();
    int length = read.length() - end.length();
    if (!control.contains(end) && length >= 0 && read.indexOf(end, length) == length) {
      return closed(read.substring(0, length));
    }
    boolean endless = reading == Reading.KEY && read.length() > ToolCallMatcher.MAX_WORD;
    return endless ? JsonSpan.State.BROKEN : JsonSpan.State.MORE;
  }

  private JsonSpan.State closed(String content) {
    read.setLength(0);
    if (reading == Reading.VALUE) {
      if (tags.named() && content.contains(tags.key())) {
        return JsonSpan.State.BROKEN; // values in values are not known
      }
      values.put(key, tags.ownLines() ? withoutBreaks(content) : content);
      reading = Reading.BETWEEN;
      return JsonSpan.State.MORE;
    }
    key = content.strip();
    if (tags.named() && (tags.key() + key + tags.keyEnd()).equals(tags.end())) {
      return JsonSpan.State.END;
    }
    reading = tags.value().isEmpty() ? Reading.VALUE : Reading.BEFORE_VALUE;
    boolean valid = !key.isEmpty() && !values.containsKey(key);
    return valid ? JsonSpan.State.MORE : JsonSpan.State.BROKEN;
  }

  private static String withoutBreaks(String value) {
    int from = value.startsWith("\r\n") ? 2 : value.startsWith("\n") ? 1 : 0;
    int breaks = value.endsWith("\r\n") ? 2 : value.endsWith("\n") ? 1 : 0;
    return value.substring(from, Math.max(from, value.length() - breaks));
  }
}
