package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Calls whose arguments are JSON, as far as they have come: character by character. */
final class CallStream {
  /** A call that has begun. */
  private static final class Begun {
    private final String name;
    private final StringBuilder arguments = new StringBuilder();

    Begun(String name) {
      this.name = name;
    }
  }

  private enum Place {
    /** Outside of calls, or between the parts of one. */
    BETWEEN,
    TEXT,
    /** The arguments of the call under way. */
    ARGUMENTS,
    /** Some other value that is no text. */
    OTHER
  }

  private final List<Begun> calls = new ArrayList<>();
  private final StringBuilder text = new StringBuilder(); // with its quotes
  private Place place = Place.BETWEEN;
  private String key = "";
  private String name = "";
  private boolean value; // comes next, or is under way
  private boolean quoted;
  private boolean escaped;
  private int depth; // within a value
  private int told; // calls that a listener has heard of
  private int toldCharacters; // of the last one's arguments

  /** Begins a call. */
  void begin(String tool) {
    calls.add(new Begun(tool));
  }

  /** A character of its arguments. */
  void argument(char c) {
    calls.getLast().arguments.append(c);
  }

  /** A character of JSON that has calls in it: an object, or a list of such. */
  void json(char c) {
    switch (place) {
      case BETWEEN -> between(c);
      case TEXT -> inText(c);
      case ARGUMENTS, OTHER -> inValue(c);
    }
  }

  private void between(char c) {
    if (c == '"') {
      text.setLength(0);
      text.append(c);
      place = Place.TEXT;
    } else if (c == ':') {
      value = true;
    } else if (c == ',' || c == '}') {
      value = false;
      name = c == '}' ? "" : name;
    } else if (value && !Character.isWhitespace(c)) {
      boolean streams = c == '{' && !name.isEmpty() && ToolCallPattern.ARGUMENTS.contains(key);
      if (streams) {
        begin(name);
      }
      place = streams ? Place.ARGUMENTS : Place.OTHER;
      depth = 0;
      inValue(c);
    }
  }

  private void inText(char c) {
    text.append(c);
    if (c == '"' && !escaped) {
      place = Place.BETWEEN;
      String read = parsed();
      if (!value) {
        key = read;
      } else if (ToolCallPattern.NAMES.contains(key)) {
        name = read;
      }
    }
    escaped = c == '\\' && !escaped;
  }

  private String parsed() {
    try {
      return JsonReader.parse(text.toString()) instanceof JsonValue.Text(String read) ? read : "";
    } catch (InvalidRequestException e) {
      return "";
    }
  }

  private void inValue(char c) {
    if (depth == 0 && place == Place.OTHER && (c == ',' || c == '}')) {
      place = Place.BETWEEN;
      between(c);
      return;
    }
    if (place == Place.ARGUMENTS) {
      argument(c);
    }
    if (quoted) {
      quoted = c != '"' || escaped;
      escaped = c == '\\' && !escaped;
      return;
    }
    quoted = c == '"';
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth == 0 && (c == '}' || c == ']')) {
      place = Place.BETWEEN;
      value = false;
    }
  }

  /** Whether a call has begun. */
  boolean hasBegun() {
    return !calls.isEmpty();
  }

  /** The calls as far as they have come. */
  List<ToolCall> calls() {
    return calls.stream().map(call -> new ToolCall(call.name, call.arguments.toString())).toList();
  }

  /**
   * Tells {@code listener} what is new.
   *
   * @return whether to go on
   */
  boolean tell(AnswerListener listener) {
    boolean goOn = true;
    for (int i = Math.max(0, told - 1); i < calls.size(); i++) {
      Begun call = calls.get(i);
      if (i == told) {
        goOn &= listener.onToolCallBegun(call.name);
        told++;
        toldCharacters = 0;
      }
      if (toldCharacters < call.arguments.length()) {
        goOn &= listener.onToolArguments(call.arguments.substring(toldCharacters));
        toldCharacters = call.arguments.length();
      }
    }
    return goOn;
  }
}
