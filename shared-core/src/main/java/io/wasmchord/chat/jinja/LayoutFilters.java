package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.text.PercentFormat;
import io.wasmchord.chat.jinja.text.TextPadding;
import io.wasmchord.chat.jinja.text.TextSplitting;
import io.wasmchord.chat.jinja.text.WordWrap;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
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
          TextPadding.center(
              Printer.printed(value, run),
              a.integer(run, 0, "width", CENTER_WIDTH),
              new Value.Text(" "),
              run);
      case "format" -> PercentFormat.filter(Printer.printed(value, run), a, run);
      case "truncate" ->
          value instanceof Value.Undefined
              ? value
              : truncate(TextFilters.text(name, value, run), a, run);
      case "urlencode" -> urlEncode(value, run);
      case "wordwrap" -> wrap(TextFilters.text(name, value, run), a, run);
      default -> null;
    };
  }

  private static Value truncate(Value.Text of, Arguments a, Run run) {
    String text = of.value();
    long length = a.integer(run, 0, "length", TRUNCATE_LENGTH);
    boolean killWords = a.flag(1, "killwords");
    Value.Text end = a.text(run, 2, "end", new Value.Text("..."));
    Value given = a.get(3, "leeway", Value.none());
    long leeway = given instanceof Value.None ? LEEWAY : Numbers.integer(given, "leeway", run);
    run.read((long) text.length() + end.value().length());
    int ending = Characters.length(end.value());
    if (length < ending || leeway < 0) {
      throw run.fail("truncate to " + length + " characters with an end of " + ending);
    }
    if (Characters.length(text) - leeway <= length) {
      return of;
    }
    int kept = text.offsetByCodePoints(0, (int) length - ending);
    int space = killWords ? -1 : text.lastIndexOf(' ', kept - 1);
    TextBuilder out = new TextBuilder();
    run.append(out, of.part(0, space < 0 ? kept : space));
    run.append(out, end);
    return out.text();
  }

  private static Value wrap(Value.Text text, Arguments a, Run run) {
    long width = a.integer(run, 0, "width", WRAP_WIDTH);
    boolean breakWords = a.get(1, "break_long_words", Value.of(true)).truthy();
    boolean breakHyphens = a.get(3, "break_on_hyphens", Value.of(true)).truthy();
    Value given = a.get(2, "wrapstring", Value.none());
    Value.Text between =
        given instanceof Value.None
            ? new Value.Text("\n")
            : TextFilters.text("wordwrap", given, run);
    TextBuilder out = new TextBuilder();
    List<Value> paragraphs = ((ListValue) TextSplitting.lines(text, Arguments.NONE, run)).items();
    if (width <= 0 && !paragraphs.isEmpty()) {
      throw run.fail("wordwrap to lines of " + width + " characters");
    }
    int most = (int) Math.min(width, Integer.MAX_VALUE);
    for (int i = 0; i < paragraphs.size(); i++) {
      String paragraph = Printer.text(paragraphs.get(i), run);
      if (i > 0) {
        run.append(out, between);
      }
      List<String> lines = WordWrap.lines(paragraph, most, breakWords, breakHyphens, run);
      for (int j = 0; j < lines.size(); j++) {
        if (j > 0) {
          run.append(out, between);
        }
        run.append(out, text.became(lines.get(j)));
      }
    }
    return out.text();
  }

  /** A text as a part of a path, or pairs as a query. */
  private static Value urlEncode(Value value, Run run) {
    TextBuilder out = new TextBuilder();
    switch (value) {
      case DictValue dict -> query(dict.items(), out, run);
      case ListValue list -> query(list.items(), out, run);
      case Value.Undefined u -> {}
      default -> quote(Printer.printed(value, run), false, out, run);
    }
    return out.text();
  }

  private static void query(List<Value> pairs, TextBuilder out, Run run) {
    for (Value item : pairs) {
      List<Value> pair = Elements.iterate(item, run);
      if (pair.size() != 2) {
        throw run.fail("urlencode takes pairs, not " + pair.size() + " values");
      }
      run.append(out, out.isEmpty() ? "" : "&");
      quote(Printer.printed(pair.getFirst(), run), true, out, run);
      run.append(out, "=");
      quote(Printer.printed(pair.getLast(), run), true, out, run);
    }
  }

  private static void quote(Value.Text of, boolean inQuery, TextBuilder to, Run run) {
    String text = of.value();
    StringBuilder out = new StringBuilder();
    run.text(text.length());
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw run.fail("urlencode of half a character");
      }
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
      if (plain || (c == '/' && !inQuery)) {
        out.append((char) c);
      } else if (c == ' ' && inQuery) {
        out.append('+');
      } else {
        for (byte b : new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8)) {
          out.append('%').append(Printer.hex(b & 0xFF, 2).toUpperCase(Locale.ROOT));
        }
      }
      run.fits(out.length());
    }
    run.append(to, of.became(out.toString()));
  }
}
