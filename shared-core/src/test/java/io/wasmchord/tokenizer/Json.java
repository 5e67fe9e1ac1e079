package io.wasmchord.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON of the reference data: objects to maps, arrays to lists, numbers to doubles, words
 * to booleans.
 */
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  static Object parse(String text) {
    return new Json(text).value();
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> array(Object value) {
    return (List<Object>) value;
  }

  static int[] ints(Object value) {
    return array(value).stream().mapToInt(n -> ((Double) n).intValue()).toArray();
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private boolean take(char c) {
    boolean found = peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  private Object value() {
    if (take('{')) {
      Map<String, Object> object = new LinkedHashMap<>();
      while (!take('}')) {
        peek();
        String key = string();
        take(':');
        object.put(key, value());
        take(',');
      }
      return object;
    }
    if (take('[')) {
      List<Object> array = new ArrayList<>();
      while (!take(']')) {
        array.add(value());
        take(',');
      }
      return array;
    }
    return peek() == '"' ? string() : literal();
  }

  private Object literal() {
    int start = at;
    while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String literal = text.substring(start, at);
    return switch (literal) {
      case "true", "false" -> Boolean.valueOf(literal);
      default -> Double.valueOf(literal);
    };
  }

  private String string() {
    StringBuilder out = new StringBuilder();
    at++;
    for (; text.charAt(at) != '"'; at++) {
      if (text.charAt(at) != '\\') {
        out.append(text.charAt(at));
        continue;
      }
      char escape = text.charAt(++at);
      switch (escape) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'r' -> out.append('\r');
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'u' -> {
          out.append((char) Integer.parseInt(text, at + 1, at + 5, 16));
          at += 4;
        }
        default -> out.append(escape);
      }
    }
    at++;
    return out.toString();
  }
}
