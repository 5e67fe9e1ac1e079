package io.wasmchord.chat;

import io.wasmchord.chat.jinja.syntax.PythonReader;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;

/**
 * Reads calls as Python writes them, as they come, and writes each argument as JSON when it has
 * ended. A call has begun when its first argument is named. After what cannot be read, nothing is.
 */
final class PythonCallReader {
  private final CallStream to;
  private final OfferedTools offered;
  private final StringBuilder read = new StringBuilder(); // of a name or an argument
  private String tool = "";
  private boolean inCall;
  private boolean begun; // the call under way
  private boolean named; // the argument under way
  private boolean further; // the call has arguments already
  private boolean over;
  private int depth; // within an argument
  private char quote; // that the text under way ends with, or 0
  private boolean escaped;

  PythonCallReader(CallStream to, OfferedTools offered) {
    this.to = to;
    this.offered = offered;
  }

  void feed(char c) {
    if (over) {
      return;
    }
    if (inCall) {
      inArguments(c);
    } else if (c == '(') {
      tool = JsonToolCalls.pythonName(read.toString().strip(), offered);
      over = !offered.contains(tool);
      read.setLength(0);
      inCall = true;
      begun = false;
      further = false;
    } else if (read.isEmpty() && (c == '[' || c == ',' || c == ';' || c == ']')) {
      read.setLength(0);
    } else if (!(read.isEmpty() && Character.isWhitespace(c))) {
      read.append(c);
    }
  }

  private void inArguments(char c) {
    if (quote != 0) {
      quote = c == quote && !escaped ? 0 : quote;
      escaped = c == '\\' && !escaped;
      read.append(c);
      return;
    }
    if (depth == 0 && (c == ',' || c == ')')) {
      endOfArgument(c == ')');
      return;
    }
    if (depth == 0 && c == '=' && !named) {
      named = true;
      begin();
    }
    quote = c == '"' || c == '\'' ? c : 0;
    escaped = false;
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    read.append(c);
  }

  private void begin() {
    if (!begun) {
      begun = true;
      to.begin(tool);
      to.add('{');
    }
  }

  private void endOfArgument(boolean last) {
    String argument = read.toString();
    read.setLength(0);
    if (!argument.isBlank() || !last) {
      argument(argument);
    }
    named = false;
    if (last && !over) {
      begin();
      to.add('}');
      inCall = false;
    }
  }

  private void argument(String written) {
    if (!named) {
      over = true;
      return;
    }
    int equals = written.indexOf('=');
    try {
      String key = written.substring(0, equals).strip();
      String json = PythonReader.json(written.substring(equals + 1));
      to.add((further ? ", " : "") + JsonWriter.json(JsonValue.of(key)) + ": " + json);
      further = true;
    } catch (InvalidRequestException e) {
      over = true;
    }
  }
}
