package io.wasmchord.chat;

import io.wasmchord.chat.jinja.syntax.PythonReader;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;

/**
 * An object as Gemma 4 writes it, character by character, made into JSON: keys are bare, and texts
 * stand between two marks, {@code {key:<|"|>text<|"|>,more:[1,true]}}. What is neither a text nor a
 * literal counts as a text.
 */
final class BareArguments {
  private static final int MAX_DEPTH = 64;

  private final String mark;
  private final StringBuilder json = new StringBuilder();
  private final StringBuilder word = new StringBuilder(); // the key, literal or text under way
  private final StringBuilder begin = new StringBuilder(); // of a mark, perhaps
  private final StringBuilder open = new StringBuilder(); // brackets
  private boolean quoted; // between marks
  private boolean inJson; // in a text as JSON has it
  private boolean escaped;
  private boolean text; // the word stood between marks
  private boolean key; // a key comes, or is under way
  private boolean after; // a value has ended, without its comma

  /**
   * @param mark as it is spelled around texts; empty where it is a control token
   */
  BareArguments(String mark) {
    this.mark = mark;
  }

  String json() {
    return json.toString();
  }

  /** What has come of the JSON since it had {@code from} characters. */
  String since(int from) {
    return json.substring(from);
  }

  /** Takes a mark. */
  JsonSpan.State quote() {
    if (quoted) {
      quoted = false;
      text = true;
    } else if (word.isEmpty() && !text && !after && !open.isEmpty()) {
      quoted = true;
    } else {
      return JsonSpan.State.BROKEN;
    }
    return JsonSpan.State.MORE;
  }

  JsonSpan.State feed(char c) {
    begin.append(c);
    if (!mark.isEmpty() && begin.toString().equals(mark)) {
      begin.setLength(0);
      return quote();
    }
    JsonSpan.State state = JsonSpan.State.MORE;
    while (state == JsonSpan.State.MORE
        && !begin.isEmpty()
        && (mark.isEmpty() || !mark.startsWith(begin.toString()))) {
      state = take(begin.charAt(0));
      begin.deleteCharAt(0);
    }
    return state;
  }

  private JsonSpan.State take(char c) {
    if (quoted) {
      word.append(c);
      return JsonSpan.State.MORE;
    }
    if (inJson) {
      word.append(c);
      inJson = c != '"' || escaped;
      escaped = c == '\\' && !escaped;
      return JsonSpan.State.MORE;
    }
    if (Character.isWhitespace(c) && (word.isEmpty() || text)) {
      return JsonSpan.State.MORE;
    }
    if (open.isEmpty() && c != '{') {
      return JsonSpan.State.BROKEN;
    }
    if (c == '{' || c == '[') {
      return word.isEmpty() && !text && !after && !key ? begin(c) : JsonSpan.State.BROKEN;
    }
    if (c == '}' || c == ']') {
      return end(c);
    }
    if (key && c == ':') {
      return keyed();
    }
    if (!key && c == ',') {
      return next();
    }
    if (text || after) {
      return JsonSpan.State.BROKEN;
    }
    inJson = word.isEmpty() && c == '"';
    word.append(c);
    return JsonSpan.State.MORE;
  }

  private JsonSpan.State begin(char c) {
    if (open.length() == MAX_DEPTH) {
      return JsonSpan.State.BROKEN;
    }
    open.append(c);
    json.append(c);
    key = c == '{';
    return JsonSpan.State.MORE;
  }

  private JsonSpan.State end(char c) {
    boolean pairs = innermost() == (c == '}' ? '{' : '[');
    boolean empty = word.isEmpty() && !text && !after;
    char last = json.charAt(json.length() - 1);
    boolean none = empty && (last == '{' || last == '[');
    if (!pairs || (!none && (key || !value()))) {
      return JsonSpan.State.BROKEN;
    }
    open.setLength(open.length() - 1);
    json.append(c);
    key = false;
    after = true;
    return open.isEmpty() ? JsonSpan.State.END : JsonSpan.State.MORE;
  }

  private char innermost() {
    return open.charAt(open.length() - 1);
  }

  private JsonSpan.State keyed() {
    String name = text ? word.toString() : word.toString().strip();
    boolean quotes = !text && name.length() > 1 && name.startsWith("\"");
    json.append(quotes ? literal() : JsonWriter.json(JsonValue.of(name))).append(": ");
    boolean named = !name.isEmpty();
    word.setLength(0);
    text = false;
    key = false;
    return named ? JsonSpan.State.MORE : JsonSpan.State.BROKEN;
  }

  private JsonSpan.State next() {
    if (!value()) {
      return JsonSpan.State.BROKEN;
    }
    json.append(", ");
    after = false;
    key = innermost() == '{';
    return JsonSpan.State.MORE;
  }

  /** Writes the value that has ended, if it was not written yet. */
  private boolean value() {
    if (after) {
      return true;
    }
    if (word.isEmpty() && !text) {
      return false;
    }
    json.append(text ? JsonWriter.json(JsonValue.of(word.toString())) : literal());
    word.setLength(0);
    text = false;
    return true;
  }

  private String literal() {
    String bare = word.toString().strip();
    try {
      JsonReader.parse(bare);
      return bare;
    } catch (InvalidRequestException e) {
      return python(bare);
    }
  }

  private static String python(String bare) {
    try {
      return PythonReader.json(bare);
    } catch (InvalidRequestException none) {
      return JsonWriter.json(JsonValue.of(bare));
    }
  }
}
