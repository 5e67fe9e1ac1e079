package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import java.util.Locale;

/**
 * How a field of Python's {@code str.format} is laid out.
 *
 * @param fill what fills up the width
 * @param align {@code <}, {@code >}, {@code ^} or {@code =}; 0 where it is not given
 * @param sign {@code +}, a space or {@code -}
 * @param alternate whether a base is shown
 * @param width characters at least
 * @param group what stands between groups of digits; 0 for none
 * @param precision digits, or of a text characters at most; -1 where it is not given
 * @param kind the letter; 0 where it is not given
 */
public record BraceSpec(
    String fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    char group,
    int precision,
    char kind) {
  private static final String ALIGNS = "<>^=";
  private static final char NONE = 0;

  /** Reads a layout from its text. */
  private static final class Reader {
    private final String text;
    private final Run run;
    private int at;

    Reader(String text, Run run) {
      this.text = text;
      this.run = run;
    }

    char peek() {
      return at < text.length() ? text.charAt(at) : NONE;
    }

    char oneOf(String options) {
      char c = peek();
      if (c == NONE || options.indexOf(c) < 0) {
        return NONE;
      }
      at++;
      return c;
    }

    int size(int otherwise) {
      long size = 0;
      int from = at;
      while (Characters.isDigit(peek())) {
        size = Math.min(Integer.MAX_VALUE, size * 10 + peek() - '0');
        at++;
      }
      run.fits(size);
      return from == at ? otherwise : (int) size;
    }
  }

  public static BraceSpec of(String text, Run run) {
    Reader in = new Reader(text, run);
    int first = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
    String fill = "";
    char align;
    if (first < text.length() && ALIGNS.indexOf(text.charAt(first)) >= 0) {
      fill = text.substring(0, first);
      align = text.charAt(first);
      in.at = first + 1;
    } else {
      align = in.oneOf(ALIGNS);
    }
    char sign = in.oneOf("+- ");
    boolean alternate = in.oneOf("#") != NONE;
    if (in.oneOf("0") != NONE) {
      fill = fill.isEmpty() ? "0" : fill;
      align = align == NONE ? '0' : align;
    }
    fill = fill.isEmpty() ? " " : fill;
    int width = in.size(0);
    char group = in.oneOf(",_");
    int precision = -1;
    if (in.oneOf(".") != NONE) {
      precision = in.size(-1);
      if (precision < 0) {
        throw run.fail("a field's layout has a point without a precision");
      }
    }
    char kind = in.oneOf("bcdeEfFgGnosxX%");
    if (in.at < text.length()) {
      throw run.fail("there is no layout '" + Printer.shown(text) + "' of a field");
    }
    return new BraceSpec(fill, align, sign, alternate, width, group, precision, kind);
  }

  private boolean plain() {
    return align == NONE
        && sign == NONE
        && !alternate
        && width == 0
        && group == NONE
        && precision < 0
        && kind == NONE;
  }

  public Value.Text write(Value value, Run run) {
    if (plain()) {
      return Printer.printed(value, run);
    }
    if (Numbers.isNumber(value)) {
      return number(value, run);
    }
    if (!(value instanceof Value.Text text)) {
      throw run.fail("a field of " + value.typeName() + " has no layout");
    }
    boolean forTexts = kind == NONE || kind == 's';
    if (!forTexts || sign != NONE || alternate || group != NONE || align == '=') {
      throw run.fail("a field of str has a layout for numbers");
    }
    return aligned("", FormatSpec.cut(text, precision, run), '<', run);
  }

  /** As wide as wanted; zeros stand between {@code before} and {@code shown}. */
  private Value.Text aligned(String before, Value.Text shown, char otherwise, Run run) {
    long length = before.length() + (long) Characters.length(shown.value());
    long missing = Math.max(0, width - length);
    char where = align == NONE ? otherwise : align == '0' ? otherwise == '<' ? '<' : '=' : align;
    long left = where == '<' ? 0 : where == '^' ? missing / 2 : missing;
    Value.Text filling = new Value.Text(fill);
    TextBuilder out = new TextBuilder();
    if (where == '=') {
      run.append(out, before);
      run.append(out, TextPadding.padded(shown, left, 0, filling, run));
    } else {
      TextBuilder whole = new TextBuilder();
      run.append(whole, before);
      run.append(whole, shown);
      run.append(out, TextPadding.padded(whole.text(), left, missing - left, filling, run));
    }
    return out.text();
  }

  private Value.Text number(Value value, Run run) {
    boolean whole = Numbers.isInteger(value);
    if (kind == 's' || (whole && precision >= 0 && "bcdnoxX".indexOf(kind) >= 0)) {
      throw run.fail("a field of " + value.typeName() + " has no such layout");
    }
    if (kind == 'c') {
      return aligned("", FormatSpec.character(value, run), '<', run);
    }
    if (whole && (kind == NONE ? precision < 0 : "bdnoxX".indexOf(kind) >= 0)) {
      return integer(Numbers.whole(value), run);
    }
    if ("bdoxX".indexOf(kind) >= 0) {
      throw run.fail("a field of float has a layout for integers");
    }
    return real(Numbers.real(value), run);
  }

  private Value.Text integer(long number, Run run) {
    int base = kind == 'b' ? 2 : kind == 'o' ? 8 : kind == 'x' || kind == 'X' ? 16 : 10;
    String signed = Long.toString(number, base);
    String digits = number < 0 ? signed.substring(1) : signed;
    String prefix = alternate && base != 10 ? "0" + kind : "";
    if (kind == 'X') {
      digits = digits.toUpperCase(Locale.ROOT);
    }
    return signed(number < 0, prefix, grouped(digits, base == 10 ? 3 : 4, run), run);
  }

  private Value.Text real(double number, Run run) {
    boolean minus = number < 0 || 1 / number < 0;
    double size = Math.abs(number);
    boolean percent = kind == '%';
    String digits;
    if (Double.isNaN(size) || Double.isInfinite(size)) {
      digits = Double.isNaN(size) ? "nan" : "inf";
      digits = "EFG".indexOf(kind) >= 0 && kind != NONE ? digits.toUpperCase(Locale.ROOT) : digits;
    } else if (kind == NONE && precision < 0) {
      digits = Printer.real(size);
    } else if (kind == NONE) {
      digits = general(size, run);
    } else {
      char as = percent ? 'f' : kind == 'n' ? 'g' : kind;
      Value shown = Value.of(percent ? size * 100 : size);
      digits = new FormatSpec(as, alternate ? "#" : "", 0, precision).write(shown, run).value();
    }
    return signed(
        minus && !Double.isNaN(number), "", grouped(digits, 3, run) + (percent ? "%" : ""), run);
  }

  /** Short, but with a digit after the point, or an exponent. */
  private String general(double size, Run run) {
    Value number = Value.of(size);
    String shown = new FormatSpec('g', "", 0, precision).write(number, run).value();
    if (shown.indexOf('.') >= 0 || shown.indexOf('e') >= 0) {
      return shown;
    }
    if (shown.length() < Math.max(1, precision)) {
      return shown + ".0";
    }
    String power =
        new FormatSpec('e', "", 0, Math.max(0, precision - 1)).write(number, run).value();
    int e = power.indexOf('e');
    int end = e;
    while (power.indexOf('.') >= 0
        && (power.charAt(end - 1) == '0' || power.charAt(end - 1) == '.')) {
      end--;
      if (power.charAt(end) == '.') {
        break;
      }
    }
    return power.substring(0, end) + power.substring(e);
  }

  private String grouped(String digits, int size, Run run) {
    if (group == NONE) {
      return digits;
    }
    if (align == '0' && width > 0) {
      throw run.fail("a field with both zeros and groups of digits; it is not supported");
    }
    int end = 0;
    while (end < digits.length()
        && Character.digit(digits.charAt(end), 16) >= 0
        && (size == 4 || Characters.isDigit(digits.charAt(end)))) {
      end++;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < end; i++) {
      if (i > 0 && (end - i) % size == 0) {
        out.append(group);
      }
      out.append(digits.charAt(i));
    }
    return out.append(digits.substring(end)).toString();
  }

  private Value.Text signed(boolean minus, String prefix, String digits, Run run) {
    String before = minus ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
    return aligned(before + prefix, new Value.Text(digits), '>', run);
  }
}
