package io.wasmchord.chat.jinja.text;

import io.wasmchord.chat.jinja.value.Characters;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.errors.ChatTemplateException;
import java.util.Locale;

/**
 * One conversion of {@link PercentFormat}: how a value is written.
 *
 * @param kind the letter
 * @param flags any of {@code -+ #0}
 * @param width characters at least
 * @param precision digits, or of a text characters at most; -1 where it is not given
 */
public record FormatSpec(char kind, String flags, int width, int precision) {
  private static final int DEFAULT_PRECISION = 6;
  private static final int STEPS = 120; // what the digits of a very small number take

  public Value.Text write(Value value, Run run) {
    return switch (kind) {
      case 's' -> text(Printer.printed(value, run), run);
      case 'r' -> text(Printer.repr(value, run), run);
      case 'a' -> text(ascii(Printer.repr(value, run), run), run);
      case 'c' -> text(character(value, run), run);
      case 'd', 'i', 'u', 'x', 'X', 'o' -> new Value.Text(integer(value, run));
      case 'e', 'E', 'f', 'F', 'g', 'G' -> new Value.Text(real(value, run));
      default -> throw run.fail("there is no conversion '%" + kind + "'");
    };
  }

  private boolean has(char flag) {
    return flags.indexOf(flag) >= 0;
  }

  private Value.Text text(Value.Text text, Run run) {
    Value.Text shown = cut(text, precision, run);
    long missing = Math.max(0, (long) width - Characters.length(shown.value()));
    boolean left = has('-');
    return TextPadding.padded(
        shown, left ? 0 : missing, left ? missing : 0, new Value.Text(" "), run);
  }

  /** The first {@code most} characters, or all where that is -1. */
  static Value.Text cut(Value.Text of, int most, Run run) {
    String text = of.value();
    run.read(text.length());
    boolean cut = most >= 0 && most < text.length();
    int length = cut ? Math.min(most, Characters.length(text)) : 0;
    return cut ? of.part(0, text.offsetByCodePoints(0, length)) : of;
  }

  /** At least as wide as wanted; zeros stand between {@code sign} and {@code shown}. */
  private String padded(String sign, String shown, char fill, Run run) {
    long missing = width - (long) sign.length() - Characters.length(shown);
    if (missing <= 0) {
      return run.made(sign + shown);
    }
    run.text(width);
    String space = String.valueOf(has('-') ? ' ' : fill).repeat((int) missing);
    if (has('-')) {
      return sign + shown + space;
    }
    return fill == '0' ? sign + space + shown : space + sign + shown;
  }

  private String number(boolean minus, String prefix, String digits, Run run) {
    String sign = minus ? "-" : has('+') ? "+" : has(' ') ? " " : "";
    return padded(sign + prefix, digits, has('0') ? '0' : ' ', run);
  }

  static Value.Text character(Value value, Run run) {
    if (value instanceof Value.Text text && Characters.length(text.value()) == 1) {
      return text;
    }
    if (Numbers.isInteger(value)) {
      long point = Numbers.whole(value);
      if (point >= 0 && point <= Character.MAX_CODE_POINT) {
        return new Value.Text(new String(Character.toChars((int) point)));
      }
    }
    throw run.fail("'%c' takes a character or the number of one");
  }

  public static Value.Text ascii(Value.Text text, Run run) {
    run.text(text.value().length());
    StringBuilder out = new StringBuilder();
    text.value()
        .codePoints()
        .forEach(c -> {
          if (c < 0x80) {
            out.append((char) c);
          } else {
            String prefix = c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U";
            out.append(prefix).append(Printer.hex(c, c < 0x100 ? 2 : c < 0x10000 ? 4 : 8));
          }
        });
    return text.became(run.made(out.toString()));
  }

  private String integer(Value value, Run run) {
    boolean whole = Numbers.isInteger(value);
    boolean decimal = "diu".indexOf(kind) >= 0;
    if (!whole && !(decimal && value instanceof Value.Real)) {
      throw mismatch(value, run);
    }
    boolean minus;
    String digits;
    if (whole) {
      long number = Numbers.whole(value);
      minus = number < 0;
      int base = decimal ? 10 : kind == 'o' ? 8 : 16;
      String signed = Long.toString(number, base);
      digits = minus ? signed.substring(1) : signed;
    } else {
      double number = Numbers.real(value);
      minus = number <= -1;
      digits = finite(Math.floor(Math.abs(number)), run).fixed(0);
    }
    run.text(Math.max(precision, 0));
    digits = "0".repeat(Math.max(0, precision - digits.length())) + digits;
    String prefix = decimal || !has('#') ? "" : "0" + kind;
    String cased = kind == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
    return number(minus, prefix, cased, run);
  }

  private ExactDecimal finite(double magnitude, Run run) {
    if (Double.isNaN(magnitude) || Double.isInfinite(magnitude)) {
      throw run.fail("'%" + kind + "' of a number that is not finite");
    }
    run.steps(STEPS);
    return ExactDecimal.of(magnitude);
  }

  private ChatTemplateException mismatch(Value value, Run run) {
    return value instanceof Value.Undefined(String reason)
        ? run.fail(reason)
        : run.fail("'%" + kind + "' does not take " + value.typeName());
  }

  private String real(Value value, Run run) {
    if (!Numbers.isNumber(value)) {
      throw mismatch(value, run);
    }
    double number = Numbers.real(value);
    boolean minus = number < 0 || 1 / number < 0;
    String shown;
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      shown = Double.isNaN(number) ? "nan" : "inf";
    } else {
      int places = precision < 0 ? DEFAULT_PRECISION : precision;
      run.text(places);
      ExactDecimal exact = finite(Math.abs(number), run);
      shown =
          switch (kind) {
            case 'f', 'F' -> exact.fixed(places) + (places == 0 ? point() : "");
            case 'e', 'E' -> scientific(exact.significant(places + 1), places);
            default -> general(exact.significant(Math.max(1, places)), Math.max(1, places));
          };
    }
    boolean capital = Character.isUpperCase(kind);
    return number(minus, "", capital ? shown.toUpperCase(Locale.ROOT) : shown, run);
  }

  private String point() {
    return has('#') ? "." : "";
  }

  private String scientific(ExactDecimal rounded, int places) {
    String digits = rounded.digits();
    String mantissa = digits.charAt(0) + (places == 0 ? point() : "." + digits.substring(1));
    return mantissa + power(rounded.exponent());
  }

  private static String power(int exponent) {
    String size = Integer.toString(Math.abs(exponent));
    return (exponent < 0 ? "e-" : "e+") + (size.length() < 2 ? "0" : "") + size;
  }

  /** Short, and without zeros at the end unless the flag {@code #} asks for them. */
  private String general(ExactDecimal rounded, int significant) {
    int exponent = rounded.exponent();
    boolean plain = exponent >= -4 && exponent < significant;
    String digits =
        plain
            ? rounded.fixed(significant - 1 - exponent)
            : rounded.digits().charAt(0) + "." + rounded.digits().substring(1);
    if (has('#')) {
      digits += digits.indexOf('.') < 0 ? "." : "";
    } else if (digits.indexOf('.') >= 0) {
      int end = digits.length();
      while (digits.charAt(end - 1) == '0') {
        end--;
      }
      digits = digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
    }
    return plain ? digits : digits + power(exponent);
  }
}
