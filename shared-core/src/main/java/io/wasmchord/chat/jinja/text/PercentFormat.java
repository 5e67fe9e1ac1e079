package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's formatting of texts with {@code %}. */
public final class PercentFormat {
  private static final String FLAGS = "-+ #0";
  private static final String LENGTHS = "hlL"; // C's, which mean nothing here

  private final Value.Text source;
  private final String format;
  private final Run run;
  private final boolean mapping; // which need not be used up
  private final @Nullable DictValue named;
  private final TextBuilder out = new TextBuilder();
  private List<Value> values;
  private int used;
  private int at;

  private PercentFormat(Value.Text source, Value arguments, Run run) {
    this.source = source;
    this.format = source.value();
    this.run = run;
    this.named = arguments instanceof DictValue dict ? dict : null;
    boolean tuple = arguments instanceof ListValue list && list.tuple();
    this.mapping =
        switch (arguments) {
          case DictValue d -> true;
          case ListValue list -> !list.tuple();
          case Value.Undefined u -> true;
          default -> false;
        };
    this.values = tuple ? ((ListValue) arguments).items() : List.of(arguments);
  }

  /**
   * What {@code format % arguments} gives.
   *
   * @param arguments a tuple of values, a dictionary of them, or a single one
   */
  public static Value apply(Value.Text format, Value arguments, Run run) {
    return new PercentFormat(format, arguments, run).all();
  }

  /** What {@code format | format(...)} gives. */
  public static Value filter(Value.Text format, Arguments a, Run run) {
    if (!a.positional().isEmpty() && a.named().size() > 0) {
      throw run.fail("format takes arguments with or without names, and not both");
    }
    Value arguments = a.named().size() == 0 ? new ListValue(a.positional(), true) : a.named();
    return apply(format, arguments, run);
  }

  private Value.Text all() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      int end = percent < 0 ? format.length() : percent;
      run.append(out, source.part(at, end));
      at = end + 1;
      if (percent >= 0) {
        run.step();
        run.append(out, converted());
      }
    }
    if (used < values.size() && !mapping) {
      throw run.fail("a text with '%' has fewer places than there are values");
    }
    return out.text();
  }

  private Value.Text converted() {
    if (peek() == '%') {
      at++;
      return source.part(at - 1, at);
    }
    if (peek() == '(') {
      named(key());
    }
    int from = at;
    while (FLAGS.indexOf(peek()) >= 0) {
      at++;
    }
    String flags = format.substring(from, at);
    long width = size();
    long precision = -1;
    if (peek() == '.') {
      at++;
      precision = Math.max(0, size());
    }
    if (LENGTHS.indexOf(peek()) >= 0) {
      at++;
    }
    run.fits(Math.abs(width));
    run.fits(precision);
    boolean left = flags.indexOf('-') >= 0 || width < 0;
    char kind = peek();
    at++;
    FormatSpec spec =
        new FormatSpec(kind, flags + (left ? "-" : ""), (int) Math.abs(width), (int) precision);
    return spec.write(next(), run);
  }

  /** The character at the current place of a conversion, which may not end with the text. */
  private char peek() {
    if (at >= format.length()) {
      throw run.fail("a text ends within a conversion with '%'");
    }
    return format.charAt(at);
  }

  private String key() {
    int from = at + 1;
    int open = 0;
    do {
      open += peek() == '(' ? 1 : peek() == ')' ? -1 : 0;
      at++;
    } while (open > 0);
    return format.substring(from, at - 1);
  }

  private void named(String key) {
    if (named == null) {
      throw run.fail("'%(" + key + ")' needs a dictionary after the '%'");
    }
    Value name = Value.of(key);
    run.key(name);
    Value found = named.get(name);
    if (found == null) {
      throw run.fail("the dictionary after '%' has no '" + key + "'");
    }
    values = List.of(found);
    used = 0;
  }

  /** A number in the text, or for an asterisk the next value; 0 where there is none. */
  private long size() {
    if (peek() == '*') {
      at++;
      Value given = next();
      return Math.max(Integer.MIN_VALUE, Numbers.integer(given, "*", run));
    }
    long size = 0;
    while (Characters.isDigit(peek())) {
      size = Math.min(Integer.MAX_VALUE, size * 10 + peek() - '0');
      at++;
    }
    return size;
  }

  private Value next() {
    if (used >= values.size()) {
      throw run.fail("a text with '%' has more places than there are values");
    }
    return values.get(used++);
  }
}
