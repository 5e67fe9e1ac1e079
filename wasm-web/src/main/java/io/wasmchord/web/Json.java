package io.wasmchord.web;

import java.util.List;

/** Writes the small JSON objects that cross to JavaScript. */
final class Json {
  private final StringBuilder text = new StringBuilder("{");

  Json put(String key, String value) {
    return raw(key, quote(value));
  }

  Json put(String key, long value) {
    return raw(key, Long.toString(value));
  }

  Json put(String key, double value) {
    return raw(
        key,
        value == Math.rint(value) && Math.abs(value) < 1e15
            ? Long.toString((long) value)
            : Double.toString(value));
  }

  Json put(String key, boolean value) {
    return raw(key, Boolean.toString(value));
  }

  /** A value that is JSON already. */
  Json raw(String key, String json) {
    if (text.length() > 1) {
      text.append(',');
    }
    text.append(quote(key)).append(':').append(json);
    return this;
  }

  @Override
  public String toString() {
    return text + "}";
  }

  /** A list of what is JSON already. */
  static String array(List<String> json) {
    return "[" + String.join(",", json) + "]";
  }

  static String array(int[] values) {
    StringBuilder all = new StringBuilder("[");
    for (int i = 0; i < values.length; i++) {
      all.append(i == 0 ? "" : ",").append(values[i]);
    }
    return all.append(']').toString();
  }

  static String quote(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
