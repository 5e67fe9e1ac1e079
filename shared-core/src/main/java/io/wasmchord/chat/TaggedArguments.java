package io.wasmchord.chat;

import java.util.HashSet;
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

  private static final String SECTION = "<![CDATA[";
  private static final String SECTION_END = "]]>";

  private final ArgumentTags tags;
  private final Set<String> control;
  private final Set<String> parameters;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> texts = new HashSet<>(); // keys of values that are said to be texts
  private final StringBuilder read = new StringBuilder(); // of the tag, key or value under way
  private Reading reading = Reading.BETWEEN;
  private String key = "";
  private boolean begun; // a tag has come

  /**
   * @param control the tags that are control tokens, and come as such
   * @param parameters what the tool may be given, as far as that is known
   */
  TaggedArguments(ArgumentTags tags, Set<String> control, Set<String> parameters) {
    this.tags = tags;
    this.control = control;
    this.parameters = parameters;
  }

  /** The values as they were written, by their keys. */
  Map<String, String> values() {
    return values;
  }

  /** The keys of those that are texts, whatever they look like. */
  Set<String> texts() {
    return texts;
  }

  /** Whether a tag has come. */
  boolean begun() {
    return begun;
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
      case KEY -> piece.equals(closing()) ? closed(read.toString()) : JsonSpan.State.BROKEN;
      case VALUE -> endOfValue(piece);
    };
  }

  /** A value's own tag, or one after it: then its own was forgotten. */
  private JsonSpan.State endOfValue(String piece) {
    boolean another = piece.equals(tags.key());
    boolean last = piece.equals(tags.end());
    if (!another && !last && !piece.equals(closing())) {
      return JsonSpan.State.BROKEN;
    }
    String content = read.toString();
    JsonSpan.State state = closed(another || last ? content.stripTrailing() : content);
    reading = another ? Reading.KEY : reading;
    return last && state == JsonSpan.State.MORE ? JsonSpan.State.END : state;
  }

  private List<String> expected() {
    return reading == Reading.BETWEEN ? List.of(tags.key(), tags.end()) : tags.values();
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
    begun = true;
    if (tag.equals(tags.end())) {
      return JsonSpan.State.END;
    }
    if (reading == Reading.BEFORE_VALUE && !tags.literal().isEmpty() && tag.equals(tags.value())) {
      texts.add(key);
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
    int last = read.length() - tags.end().length();
    if (tags.forgiving()
        && reading == Reading.VALUE
        && last >= 0
        && read.indexOf(tags.end(), last) == last) {
      JsonSpan.State state = closed(read.substring(0, last));
      return state == JsonSpan.State.MORE ? JsonSpan.State.END : state;
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
      reading = Reading.BETWEEN;
      putAll(content);
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

  /**
   * Puts the value, and others that it has taken in: where another of the tool's parameters begins
   * within it, a closing tag was forgotten.
   */
  private void putAll(String content) {
    String rest = content;
    for (int at = next(rest); at >= 0; at = next(rest)) {
      put(key, rest.substring(0, at).stripTrailing());
      int from = at + tags.key().length();
      int to = rest.indexOf(tags.keyEnd(), from);
      key = rest.substring(from, to).strip();
      rest = rest.substring(to + tags.keyEnd().length());
      String before = rest.stripLeading();
      for (String tag : tags.values()) {
        if (!tag.isEmpty() && before.startsWith(tag)) {
          rest = before.substring(tag.length());
        }
      }
    }
    put(key, rest);
  }

  private void put(String name, String content) {
    String value = tags.ownLines() ? withoutBreaks(content) : content;
    boolean section = tags.sections() && value.startsWith(SECTION) && value.endsWith(SECTION_END);
    values.put(
        name,
        section ? value.substring(SECTION.length(), value.length() - SECTION_END.length()) : value);
  }

  /** Where in {@code content} the tag of a parameter stands that has no value yet, or -1. */
  private int next(String content) {
    int at = tags.named() ? -1 : content.indexOf(tags.key());
    while (at >= 0) {
      int from = at + tags.key().length();
      int to = content.indexOf(tags.keyEnd(), from);
      String name = to < 0 ? "" : content.substring(from, to).strip();
      if (parameters.contains(name) && !name.equals(key) && !values.containsKey(name)) {
        return at;
      }
      at = content.indexOf(tags.key(), from);
    }
    return -1;
  }

  private static String withoutBreaks(String value) {
    int from = value.startsWith("\r\n") ? 2 : value.startsWith("\n") ? 1 : 0;
    int breaks = value.endsWith("\r\n") ? 2 : value.endsWith("\n") ? 1 : 0;
    return value.substring(from, Math.max(from, value.length() - breaks));
  }
}
