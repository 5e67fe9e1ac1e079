package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.text.Markup;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The filters on texts; any other value is taken for the text that it prints as. */
final class TextFilters {
  private TextFilters() {}

  /** The filter's result, or null if it is none of these. */
  static @Nullable Value apply(String name, Value value, Arguments a, Run run) {
    return switch (name) {
      case "trim" -> TextMethods.strip(Printer.printed(value, run), a, true, true, run);
      case "upper" -> changed(value, run, text -> text.toUpperCase(Locale.ROOT));
      case "lower" -> changed(value, run, text -> text.toLowerCase(Locale.ROOT));
      case "capitalize" -> changed(value, run, TextMethods::capitalize);
      case "title" -> changed(value, run, TextFilters::title);
      case "replace" -> TextMethods.replace(Printer.printed(value, run), a, run);
      case "escape", "e", "forceescape" -> changed(value, run, text -> Markup.escape(text, run));
      case "striptags" -> changed(value, run, text -> Markup.withoutTags(text, run));
      case "indent" -> indent(text(name, value, run), a, run);
      case "join" -> join(value, a, run);
      default -> null;
    };
  }

  /** What a filter that takes nothing but texts is given. */
  static Value.Text text(String filter, Value value, Run run) {
    return switch (value) {
      case Value.Text text -> text;
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail(filter + " of " + value.typeName() + ", which is no text");
    };
  }

  private static Value changed(Value value, Run run, UnaryOperator<String> change) {
    Value.Text text = Printer.printed(value, run);
    return text.became(run.made(change.apply(text.value())));
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

  private static Value indent(Value.Text of, Arguments a, Run run) {
    String text = of.value();
    Value width = a.get(0, "width", Value.of(4));
    boolean first = a.flag(1, "first");
    boolean blank = a.flag(2, "blank");
    Value.Text each;
    if (width instanceof Value.Text given) {
      each = given;
    } else {
      long n = Math.max(0, Numbers.integer(width, "width", run));
      run.text(n);
      each = new Value.Text(" ".repeat((int) n));
    }
    TextBuilder out = new TextBuilder();
    int from = 0;
    while (from <= text.length()) {
      int end = text.indexOf('\n', from);
      Value.Text line = of.part(from, end < 0 ? text.length() : end);
      if (from == 0 ? first : blank || !line.value().isEmpty()) {
        run.append(out, each);
      }
      run.append(out, line);
      run.append(out, end < 0 ? "" : "\n");
      from = end < 0 ? text.length() + 1 : end + 1;
    }
    return out.text();
  }

  private static Value join(Value value, Arguments a, Run run) {
    Value.Text between = Printer.printed(a.get(0, "d", Value.of("")), run);
    Value attribute = a.get(1, "attribute", Value.none());
    TextBuilder out = new TextBuilder();
    boolean first = true;
    for (Value item : Elements.iterate(value, run)) {
      Value part =
          attribute instanceof Value.None ? item : Filters.path(item, attribute, null, run);
      if (!first) {
        run.append(out, between);
      }
      run.append(out, Printer.printed(part, run));
      first = false;
    }
    return out.text();
  }
}
