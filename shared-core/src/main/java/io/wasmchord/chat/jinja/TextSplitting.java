package io.wasmchord.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's {@code split}, {@code rsplit} and {@code splitlines}. */
final class TextSplitting {
  private TextSplitting() {}

  static Value split(String text, Arguments a, boolean fromEnd, Run run) {
    long most = a.integer(run, 1, "maxsplit", -1);
    Value separator = a.get(0, "sep", Value.none());
    run.text(text.length());
    List<Value> parts =
        switch (separator) {
          case Value.None n -> fromEnd ? wordsFromEnd(text, most, run) : words(text, most, run);
          case Value.Text(String sep) -> at(text, sep, most, fromEnd, run);
          default -> throw run.fail("a text is split at a text, not at " + separator.typeName());
        };
    return Value.of(parts);
  }

  private static List<Value> at(
      String text, String separator, long most, boolean fromEnd, Run run) {
    if (separator.isEmpty()) {
      throw run.fail("a text cannot be split at an empty text");
    }
    run.search(text, separator);
    List<Value> parts = new ArrayList<>();
    int from = 0;
    int to = text.length();
    while (parts.size() != most) {
      int i =
          fromEnd
              ? to < separator.length() ? -1 : text.lastIndexOf(separator, to - separator.length())
              : text.indexOf(separator, from);
      if (i < 0) {
        break;
      }
      run.list(1);
      if (fromEnd) {
        parts.add(Value.of(text.substring(i + separator.length(), to)));
        to = i;
      } else {
        parts.add(Value.of(text.substring(from, i)));
        from = i + separator.length();
      }
    }
    parts.add(Value.of(text.substring(from, to)));
    if (fromEnd) {
      Collections.reverse(parts);
    }
    return parts;
  }

  private static List<Value> words(String text, long most, Run run) {
    List<Value> parts = new ArrayList<>();
    int i = skipSpace(text, 0);
    while (i < text.length()) {
      run.list(1);
      if (parts.size() == most) {
        parts.add(Value.of(text.substring(i)));
        return parts;
      }
      int from = i;
      while (i < text.length() && !Characters.isSpace(text.charAt(i))) {
        i++;
      }
      parts.add(Value.of(text.substring(from, i)));
      i = skipSpace(text, i);
    }
    return parts;
  }

  private static int skipSpace(String text, int from) {
    int i = from;
    while (i < text.length() && Characters.isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private static List<Value> wordsFromEnd(String text, long most, Run run) {
    List<Value> parts = new ArrayList<>();
    String rest = Characters.stripEnd(text);
    while (!rest.isEmpty()) {
      run.text(rest.length());
      int from = rest.length();
      while (from > 0 && !Characters.isSpace(rest.charAt(from - 1))) {
        from--;
      }
      if (parts.size() == most) {
        parts.add(Value.of(rest));
        break;
      }
      parts.add(Value.of(rest.substring(from)));
      rest = Characters.stripEnd(rest.substring(0, from));
    }
    Collections.reverse(parts);
    return parts;
  }

  /** What Python takes for the end of a line, beside a carriage return and newline together. */
  private static boolean endsLine(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  static Value lines(String text, Arguments a, Run run) {
    boolean keepEnds = a.flag(0, "keepends");
    run.text(text.length());
    List<Value> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (endsLine(c)) {
        run.list(1);
        int end = i;
        i += c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n' ? 1 : 0;
        lines.add(Value.of(text.substring(from, keepEnds ? i + 1 : end)));
        from = i + 1;
      }
    }
    if (from < text.length()) {
      lines.add(Value.of(text.substring(from)));
    }
    return Value.of(lines);
  }
}
