package io.wasmchord.chat.jinja;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The filters on texts; any other value is taken for the text that it prints as. */
final class TextFilters {
  private TextFilters() {}

  /** The filter's result, or null if it is none of these. */
  static @Nullable Value apply(String name, Value value, Arguments a, Run run) {
    return switch (name) {
      case "trim" -> TextMethods.strip(Printer.text(value, run), a, true, true, run);
      case "upper" -> made(Printer.text(value, run).toUpperCase(Locale.ROOT), run);
      case "lower" -> made(Printer.text(value, run).toLowerCase(Locale.ROOT), run);
      case "capitalize" -> made(TextMethods.capitalize(Printer.text(value, run)), run);
      case "title" -> made(title(Printer.text(value, run)), run);
      case "replace" -> TextMethods.replace(Printer.text(value, run), a, run);
      case "escape", "e", "forceescape" -> escape(Printer.text(value, run), run);
      case "indent" -> indent(Printer.text(value, run), a, run);
      case "join" -> join(value, a, run);
      default -> null;
    };
  }

  private static Value made(String text, Run run) {
    return Value.of(run.made(text));
  }

  /** With a capital at the start of each word, where brackets and dashes begin words too. */
  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inWord = !Characters.isSpace(c) && "-({[<".indexOf(c) < 0;
    }
    return out.toString();
  }

  private static Value escape(String text, Run run) {
    StringBuilder out = new StringBuilder();
    run.text(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int place = "&<>'\"".indexOf(c);
      if (place < 0) {
        out.append(c);
      } else {
        run.append(out, List.of("&amp;", "&lt;", "&gt;", "&#39;", "&#34;").get(place));
      }
    }
    return made(out.toString(), run);
  }

  private static Value indent(String text, Arguments a, Run run) {
    Value width = a.get(0, "width", Value.of(4));
    boolean first = a.flag(1, "first");
    boolean blank = a.flag(2, "blank");
    String each;
    if (width instanceof Value.Text(String given)) {
      each = given;
    } else {
      long n = Math.max(0, Numbers.integer(width, "width", run));
      run.text(n);
      each = " ".repeat((int) n);
    }
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end);
      if (from == 0 ? first : blank || !line.isEmpty()) {
        run.append(out, each);
      }
      run.append(out, line);
      run.append(out, end < 0 ? "" : "\n");
      from = end < 0 ? text.length() + 1 : end + 1;
    }
    return Value.of(out.toString());
  }

  private static Value join(Value value, Arguments a, Run run) {
    String between = Printer.text(a.get(0, "d", Value.of("")), run);
    Value attribute = a.get(1, "attribute", Value.none());
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Value item : Access.iterate(value, run)) {
      Value part =
          attribute instanceof Value.None ? item : Filters.path(item, attribute, null, run);
      run.append(out, first ? "" : between);
      run.append(out, Printer.text(part, run));
      first = false;
    }
    return Value.of(out.toString());
  }
}
