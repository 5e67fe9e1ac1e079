package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;

/**
 * Reads calls out of JSON as it comes: an object, or a list of such. Where a call is written
 * otherwise than most are, such as with its arguments in quotes, nothing more is read: that one is
 * known when it is whole.
 */
final class JsonCallReader {
  private enum Place {
    /** Outside of calls, or between the parts of one. */
    BETWEEN,
    TEXT,
    /** The arguments of the call under way. */
    ARGUMENTS,
    /** Some other value that is no text. */
    OTHER
  }

  private final CallStream to;
  private final OfferedTools offered;
  private final boolean named;
  private final StringBuilder text = new StringBuilder(); // with its quotes
  private Place place = Place.BETWEEN;
  private String key = "";
  private String name = "";
  private boolean value; // comes next, or is under way
  private boolean quoted;
  private boolean escaped;
  private boolean begun; // the call of the object under way
  private boolean over; // nothing more is read
  private int depth; // within a value

  /**
   * @param named whether a tool's name is the key of its arguments
   */
  JsonCallReader(CallStream to, OfferedTools offered, boolean named) {
    this.to = to;
    this.offered = offered;
    this.named = named;
  }

  void feed(char c) {
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
    } else if (c == ',') {
      value = false;
    } else if (c == '}') {
      endObject();
    } else if (value && !Character.isWhitespace(c)) {
      String tool = named ? key : name;
      boolean streams =
          c == '{'
              && !over
              && (named || (!begun && ToolCallPattern.ARGUMENTS.contains(key)))
              && offered.contains(tool);
      if (streams) {
        to.begin(tool);
        begun = true;
      }
      place = streams ? Place.ARGUMENTS : Place.OTHER;
      depth = 0;
      inValue(c);
    }
  }

  private void endObject() {
    over |= !begun;
    begun = false;
    value = false;
    name = "";
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
      over |= value && named;
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
      over |= named;
      place = Place.BETWEEN;
      between(c);
      return;
    }
    if (place == Place.ARGUMENTS) {
      to.add(c);
    }
    if (quoted) {
      quoted = c != '"' || escaped;
      escaped = c == '\\' && !escaped;
      return;
    }
    quoted = c == '"';
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (depth == 0 && (c == '}' || c == ']')) {
      over |= named && place == Place.OTHER;
      place = Place.BETWEEN;
      value = false;
    }
  }
}
