package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's {@code split}, {@code rsplit} and {@code splitlines}. */
public final class TextSplitting {
  private TextSplitting() {}

  /** What the method {@code name} does, or null if it is none of these. */
  public static FunctionValue.@Nullable Body find(Value.Text text, String name) {
    return switch (name) {
      case "split" -> (a, run) -> split(text, a, false, run);
      case "rsplit" -> (a, run) -> split(text, a, true, run);
      case "splitlines" -> (a, run) -> lines(text, a, run);
      case "partition" -> (a, run) -> partition(text, a, false, run);
      case "rpartition" -> (a, run) -> partition(text, a, true, run);
      default -> null;
    };
  }

  private static Value partition(Value.Text of, Arguments a, boolean fromEnd, Run run) {
    String text = of.value();
    Value.Text separator = a.text(run, 0, "sep", new Value.Text(""));
    if (separator.value().isEmpty()) {
      throw run.fail("a text cannot be split at an empty text");
    }
    run.search(text, separator.value());
    run.text(text.length());
    int at = fromEnd ? text.lastIndexOf(separator.value()) : text.indexOf(separator.value());
    Value.Text none = new Value.Text("");
    if (at < 0) {
      return fromEnd ? ListValue.tuple(none, none, of) : ListValue.tuple(of, none, none);
    }
    int end = at + separator.value().length();
    return ListValue.tuple(of.part(0, at), separator, of.part(end, text.length()));
  }

  private static Value split(Value.Text text, Arguments a, boolean fromEnd, Run run) {
    long most = a.integer(run, 1, "maxsplit", -1);
    Value separator = a.get(0, "sep", Value.none());
    run.text(text.value().length());
    List<Value> parts =
        switch (separator) {
          case Value.None n -> fromEnd ? wordsFromEnd(text, most, run) : words(text, most, run);
          case Value.Text(String sep, _) -> at(text, sep, most, fromEnd, run);
          default -> throw run.fail("a text is split at a text, not at " + separator.typeName());
        };
    return Value.of(parts);
  }

  private static List<Value> at(
      Value.Text of, String separator, long most, boolean fromEnd, Run run) {
    String text = of.value();
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
        parts.add(of.part(i + separator.length(), to));
        to = i;
      } else {
        parts.add(of.part(from, i));
        from = i + separator.length();
      }
    }
    parts.add(of.part(from, to));
    if (fromEnd) {
      Collections.reverse(parts);
    }
    return parts;
  }

  private static List<Value> words(Value.Text of, long most, Run run) {
    String text = of.value();
    List<Value> parts = new ArrayList<>();
    int i = skipSpace(text, 0);
    while (i < text.length()) {
      run.list(1);
      if (parts.size() == most) {
        parts.add(of.part(i, text.length()));
        return parts;
      }
      int from = i;
      while (i < text.length() && !Characters.isSpace(text.charAt(i))) {
        i++;
      }
      parts.add(of.part(from, i));
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

  private static List<Value> wordsFromEnd(Value.Text of, long most, Run run) {
    String text = of.value();
    List<Value> parts = new ArrayList<>();
    int to = skipSpaceBack(text, text.length());
    while (to > 0) {
      run.list(1);
      if (parts.size() == most) {
        parts.add(of.part(0, to));
        break;
      }
      int from = to;
      while (from > 0 && !Characters.isSpace(text.charAt(from - 1))) {
        from--;
      }
      parts.add(of.part(from, to));
      to = skipSpaceBack(text, from);
    }
    Collections.reverse(parts);
    return parts;
  }

  private static int skipSpaceBack(String text, int to) {
    int i = to;
    while (i > 0 && Characters.isSpace(text.charAt(i - 1))) {
      i--;
    }
    return i;
  }

  /** What Python takes for the end of a line, beside a carriage return and newline together. */
  private static boolean endsLine(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  public static Value lines(Value.Text of, Arguments a, Run run) {
    String text = of.value();
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
        lines.add(of.part(from, keepEnds ? i + 1 : end));
        from = i + 1;
      }
    }
    if (from < text.length()) {
      lines.add(of.part(from, text.length()));
    }
    return Value.of(lines);
  }
}
