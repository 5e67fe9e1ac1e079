package io.wasmchord.json;

import io.wasmchord.errors.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into values, strictly and with a bound on nesting. */
public final class JsonReader {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * The value that {@code json} spells.
   *
   * @throws InvalidRequestException when it is not JSON or nests deeper than 64 levels
   */
  public static JsonValue parse(String json) {
    JsonReader reader = new JsonReader(json);
    JsonValue value = reader.value();
    reader.end();
    return value;
  }

  /**
   * The members of the object that {@code json} spells, in order, each value as it is written
   * there.
   *
   * @throws InvalidRequestException when it is not a JSON object or nests deeper than 64 levels
   */
  public static Map<String, String> members(String json) {
    JsonReader reader = new JsonReader(json);
    Map<String, String> members = new LinkedHashMap<>();
    reader.expect('{');
    boolean more = !reader.skip('}');
    while (more) {
      members.put(reader.key(), reader.written());
      more = reader.another('}');
    }
    reader.end();
    return members;
  }

  /**
   * The elements of the array that {@code json} spells, each as it is written there.
   *
   * @throws InvalidRequestException when it is not a JSON array or nests deeper than 64 levels
   */
  public static List<String> elements(String json) {
    JsonReader reader = new JsonReader(json);
    List<String> elements = new ArrayList<>();
    reader.expect('[');
    boolean more = !reader.skip(']');
    while (more) {
      elements.add(reader.written());
      more = reader.another(']');
    }
    reader.end();
    return elements;
  }

  private void end() {
    space();
    if (at < text.length()) {
      throw wrong("the end");
    }
  }

  private String written() {
    space();
    int from = at;
    value();
    return text.substring(from, at);
  }

  private String key() {
    space();
    if (at >= text.length() || text.charAt(at) != '"') {
      throw wrong("a quoted key");
    }
    String key = quoted();
    expect(':');
    return key;
  }

  /** Whether a comma comes, and not {@code close}. */
  private boolean another(char close) {
    boolean more = skip(',');
    if (!more) {
      expect(close);
    }
    return more;
  }

  private InvalidRequestException wrong(String expected) {
    String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
    return new InvalidRequestException(
        "not JSON: at character " + at + " there is " + found + " instead of " + expected);
  }

  private void space() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean skip(char c) {
    space();
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!skip(c)) {
      throw wrong("'" + c + "'");
    }
  }

  private JsonValue value() {
    space();
    char c = at < text.length() ? text.charAt(at) : ' ';
    return switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> JsonValue.of(quoted());
      case 't' -> word("true", JsonValue.of(true));
      case 'f' -> word("false", JsonValue.of(false));
      case 'n' -> word("null", JsonValue.ofNull());
      default -> number();
    };
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, at)) {
      throw wrong(word);
    }
    at += word.length();
    return value;
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw new InvalidRequestException("JSON nests deeper than " + MAX_DEPTH + " levels");
    }
    at++;
  }

  private JsonValue object() {
    enter();
    JsonObject.Builder object = JsonObject.builder();
    boolean more = !skip('}');
    while (more) {
      String key = key();
      object.put(key, value());
      more = another('}');
    }
    depth--;
    return object.build();
  }

  private JsonValue array() {
    enter();
    List<JsonValue> elements = new ArrayList<>();
    boolean more = !skip(']');
    while (more) {
      elements.add(value());
      more = another(']');
    }
    depth--;
    return JsonValue.of(elements);
  }

  private String quoted() {
    StringBuilder read = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) >= ' ') {
      char c = text.charAt(at++);
      if (c == '"') {
        return read.toString();
      }
      read.append(c == '\\' ? escape() : c);
    }
    throw wrong("'\"'");
  }

  private char escape() {
    int known = at < text.length() ? "\"\\/bfnrtu".indexOf(text.charAt(at)) : -1;
    if (known < 0) {
      throw wrong("an escape");
    }
    at++;
    return known < 8 ? "\"\\/\b\f\n\r\t".charAt(known) : unicode();
  }

  private char unicode() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) {
        throw wrong("a hexadecimal digit");
      }
      value = value << 4 | digit;
      at++;
    }
    return (char) value;
  }

  private JsonValue number() {
    int from = at;
    at += at < text.length() && text.charAt(at) == '-' ? 1 : 0;
    int first = at;
    digits();
    if (text.charAt(first) == '0' && at > first + 1) {
      throw new InvalidRequestException("not JSON: a number begins with 0 at character " + first);
    }
    boolean whole = true;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
      whole = false;
    }
    if (at < text.length() && "eE".indexOf(text.charAt(at)) >= 0) {
      at++;
      at += at < text.length() && "+-".indexOf(text.charAt(at)) >= 0 ? 1 : 0;
      digits();
      whole = false;
    }
    return number(text.substring(from, at), whole);
  }

  private static JsonValue number(String digits, boolean whole) {
    if (whole && digits.length() < 19) { // longer ones may not fit 64 bits
      return JsonValue.of(Long.parseLong(digits));
    }
    return JsonValue.of(Double.parseDouble(digits));
  }

  private void digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw wrong("a digit");
    }
  }
}
