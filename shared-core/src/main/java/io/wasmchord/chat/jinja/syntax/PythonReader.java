package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Python's literals, and calls with nothing but literals as named arguments, and writes them
 * as JSON: what some models write when they want a tool called.
 */
public final class PythonReader {
  private static final int MAX_DEPTH = 64;
  private static final String NUMBER = "+-.0123456789eE";

  private final String text;
  private int at;
  private int depth;

  private PythonReader(String text) {
    this.text = text;
  }

  /**
   * A call.
   *
   * @param arguments a JSON object
   */
  public record Call(String name, String arguments) {}

  /**
   * The JSON of {@code literal}: a text, number, list or dictionary, True, False or None.
   *
   * @throws InvalidRequestException when it is something else, or deeper than 64 levels
   */
  public static String json(String literal) {
    PythonReader reader = new PythonReader(literal);
    String json = reader.value();
    reader.end();
    return json;
  }

  /**
   * The calls in {@code list}, such as {@code [f(a="text", n=3), g()]}.
   *
   * @throws InvalidRequestException when it is something else, or deeper than 64 levels
   */
  public static List<Call> calls(String list) {
    PythonReader reader = new PythonReader(list);
    List<Call> calls = new ArrayList<>();
    reader.expect('[');
    while (!reader.skip(']')) {
      calls.add(reader.call());
      reader.comma(']');
    }
    reader.end();
    return calls;
  }

  private Call call() {
    String name = name();
    expect('(');
    List<String> members = new ArrayList<>();
    while (!skip(')')) {
      String key = quoted(name());
      expect('=');
      members.add(key + ": " + value());
      comma(')');
    }
    return new Call(name, object(members));
  }

  private static String object(List<String> members) {
    return "{" + String.join(", ", members) + "}";
  }

  private static String quoted(String content) {
    return JsonWriter.json(JsonValue.of(content));
  }

  private String value() {
    if (++depth > MAX_DEPTH) {
      throw broken();
    }
    char c = peek();
    String json;
    if (c == '\'' || c == '"') {
      json = quoted(string());
    } else if (skip('[')) {
      json = list();
    } else if (skip('{')) {
      json = dict();
    } else {
      json = c == '-' || Characters.isDigit(c) ? number() : constant(name());
    }
    depth--;
    return json;
  }

  private String list() {
    List<String> items = new ArrayList<>();
    while (!skip(']')) {
      items.add(value());
      comma(']');
    }
    return "[" + String.join(", ", items) + "]";
  }

  private String dict() {
    List<String> members = new ArrayList<>();
    while (!skip('}')) {
      peek();
      String key = quoted(string());
      expect(':');
      members.add(key + ": " + value());
      comma('}');
    }
    return object(members);
  }

  private String number() {
    int from = at;
    while (at < text.length() && NUMBER.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(from, at);
    JsonReader.parse(number); // or it is none
    return number;
  }

  private String constant(String name) {
    return switch (name) {
      case "True", "true" -> "true";
      case "False", "false" -> "false";
      case "None", "null" -> "null";
      default -> throw broken();
    };
  }

  private String string() {
    char quote = peek();
    if (quote != '\'' && quote != '"') {
      throw broken();
    }
    at++;
    StringBuilder content = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      boolean slash = c == '\\' && at < text.length() && text.charAt(at) == '/';
      if (slash) {
        content.append(text.charAt(at++)); // none of Python's escapes, but JSON's
      } else if (c != '\\') {
        content.append(c);
      } else if (at < text.length()) {
        escape(content);
      }
    }
    expect(quote);
    return content.toString();
  }

  private void escape(StringBuilder to) {
    try {
      at = Escapes.append(text, at, 1, to);
    } catch (ChatTemplateException e) {
      throw broken();
    }
  }

  private String name() {
    peek();
    int from = at;
    while (at < text.length()
        && (Characters.continuesName(text.charAt(at)) || ".-".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    if (from == at) {
      throw broken();
    }
    return text.substring(from, at);
  }

  /** The next character that is no space. */
  private char peek() {
    while (at < text.length() && Characters.isSpace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      throw broken();
    }
    return text.charAt(at);
  }

  private boolean skip(char c) {
    boolean there = peek() == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!skip(c)) {
      throw broken();
    }
  }

  /** A comma, which may be missing before {@code close}. */
  private void comma(char close) {
    if (!skip(',') && peek() != close) {
      throw broken();
    }
  }

  private void end() {
    if (!Characters.strip(text.substring(at)).isEmpty()) {
      throw broken();
    }
  }

  private InvalidRequestException broken() {
    return new InvalidRequestException("not a literal of Python: at character " + at);
  }
}
