package io.wasmchord.chat.jinja;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The filters that fit texts to a width, fill them in, or write them for an address. */
final class LayoutFilters {
  private static final int CENTER_WIDTH = 80;
  private static final int WRAP_WIDTH = 79;
  private static final int TRUNCATE_LENGTH = 255;
  private static final int LEEWAY = 5;
  private static final String PLAIN = "_.-~"; // beside letters and digits

  private LayoutFilters() {}

  /** The filter's result, or null if it is none of these. */
  static @Nullable Value apply(String name, Value value, Arguments a, Run run) {
    return switch (name) {
      case "center" ->
          center(Printer.text(value, run), a.integer(run, 0, "width", CENTER_WIDTH), run);
      case "format" -> PercentFormat.filter(Printer.text(value, run), a, run);
      case "truncate" ->
          value instanceof Value.Undefined ? value : truncate(text(name, value, run), a, run);
      case "urlencode" -> urlEncode(value, run);
      case "wordwrap" -> wrap(text(name, value, run), a, run);
      default -> null;
    };
  }

  private static String text(String filter, Value value, Run run) {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail(filter + " of " + value.typeName() + ", which is no text");
    };
  }

  private static Value center(String text, long width, Run run) {
    run.read(text.length());
    int length = Characters.length(text);
    if (width <= length) {
      return Value.of(text);
    }
    run.text(width);
    long missing = width - length;
    int left = (int) (missing / 2 + (missing & width & 1)); // where Python puts the odd space
    return Value.of(" ".repeat(left) + text + " ".repeat((int) missing - left));
  }

  private static Value truncate(String text, Arguments a, Run run) {
    long length = a.integer(run, 0, "length", TRUNCATE_LENGTH);
    boolean killWords = a.flag(1, "killwords");
    String end = a.text(run, 2, "end", "...");
    Value given = a.get(3, "leeway", Value.none());
    long leeway = given instanceof Value.None ? LEEWAY : Numbers.integer(given, "leeway", run);
    run.read((long) text.length() + end.length());
    int ending = Characters.length(end);
    if (length < ending || leeway < 0) {
      throw run.fail("truncate to " + length + " characters with an end of " + ending);
    }
    if (Characters.length(text) - leeway <= length) {
      return Value.of(text);
    }
    int kept = text.offsetByCodePoints(0, (int) length - ending);
    int space = killWords ? -1 : text.lastIndexOf(' ', kept - 1);
    return Value.of(run.made(text.substring(0, space < 0 ? kept : space) + end));
  }

  private static Value wrap(String text, Arguments a, Run run) {
    long width = a.integer(run, 0, "width", WRAP_WIDTH);
    boolean breakWords = a.get(1, "break_long_words", Value.of(true)).truthy();
    boolean breakHyphens = a.get(3, "break_on_hyphens", Value.of(true)).truthy();
    Value given = a.get(2, "wrapstring", Value.none());
    String between = given instanceof Value.None ? "\n" : text("wordwrap", given, run);
    StringBuilder out = new StringBuilder();
    List<Value> paragraphs = ((ListValue) TextSplitting.lines(text, Arguments.NONE, run)).items();
    if (width <= 0 && !paragraphs.isEmpty()) {
      throw run.fail("wordwrap to lines of " + width + " characters");
    }
    int most = (int) Math.min(width, Integer.MAX_VALUE);
    for (int i = 0; i < paragraphs.size(); i++) {
      String paragraph = Printer.text(paragraphs.get(i), run);
      run.append(out, i == 0 ? "" : between);
      List<String> lines = WordWrap.lines(paragraph, most, breakWords, breakHyphens, run);
      for (int j = 0; j < lines.size(); j++) {
        run.append(out, j == 0 ? "" : between);
        run.append(out, lines.get(j));
      }
    }
    return Value.of(out.toString());
  }

  /** A text as a part of a path, or pairs as a query. */
  private static Value urlEncode(Value value, Run run) {
    StringBuilder out = new StringBuilder();
    switch (value) {
      case DictValue dict -> query(dict.items(), out, run);
      case ListValue list -> query(list.items(), out, run);
      case Value.Undefined u -> {}
      default -> quote(Printer.text(value, run), false, out, run);
    }
    return Value.of(out.toString());
  }

  private static void query(List<Value> pairs, StringBuilder out, Run run) {
    for (Value item : pairs) {
      List<Value> pair = Access.iterate(item, run);
      if (pair.size() != 2) {
        throw run.fail("urlencode takes pairs, not " + pair.size() + " values");
      }
      run.append(out, out.isEmpty() ? "" : "&");
      quote(Printer.text(pair.getFirst(), run), true, out, run);
      run.append(out, "=");
      quote(Printer.text(pair.getLast(), run), true, out, run);
    }
  }

  private static void quote(String text, boolean inQuery, StringBuilder out, Run run) {
    run.text(text.length());
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw run.fail("urlencode of half a character");
      }
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
      if (plain || (c == '/' && !inQuery)) {
        run.append(out, String.valueOf((char) c));
      } else if (c == ' ' && inQuery) {
        run.append(out, "+");
      } else {
        for (byte b : new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8)) {
          run.append(out, "%" + Printer.hex(b & 0xFF, 2).toUpperCase(Locale.ROOT));
        }
      }
    }
  }
}
