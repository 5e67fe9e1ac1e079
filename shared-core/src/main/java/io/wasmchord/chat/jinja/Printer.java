package io.wasmchord.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/** Values as text, as Python's {@code str} and {@code repr} write them. */
final class Printer {
  private final TextBuilder out = new TextBuilder();
  private final Run run;

  private Printer(Run run) {
    this.run = run;
  }

  /** What <code>{{ value }}</code> writes. */
  static Value.Text printed(Value value, Run run) {
    return switch (value) {
      case Value.Text text -> text;
      case Value.Undefined u -> new Value.Text("");
      default -> repr(value, run);
    };
  }

  /** The same where it does not matter what of it is the input's. */
  static String text(Value value, Run run) {
    return printed(value, run).value();
  }

  /** The same, but texts as a program spells them. */
  static Value.Text repr(Value value, Run run) {
    Printer printer = new Printer(run);
    printer.write(value);
    return printer.out.text();
  }

  private void write(Value value) {
    run.step();
    switch (value) {
      case Value.Undefined u -> put("Undefined");
      case Value.None n -> put("None");
      case Value.Bool(boolean b) -> put(b ? "True" : "False");
      case Value.Int(long i) -> put(Long.toString(i));
      case Value.Real(double d) -> put(real(d));
      case Value.Text text -> run.append(out, text.became(quote(text.value())));
      case ListValue list -> list(list);
      case DictValue dict -> dict(dict);
      case NamespaceValue n -> put("<Namespace>");
      case FunctionValue f -> put("<function " + f.name() + ">");
      case LoopValue l -> put("<LoopContext>");
      case CyclerValue c -> put("<Cycler>");
    }
  }

  private void put(String text) {
    run.append(out, text);
  }

  private void list(ListValue list) {
    run.enter();
    put(list.tuple() ? "(" : "[");
    List<Value> items = new ArrayList<>(list.items());
    for (int i = 0; i < items.size(); i++) {
      put(i == 0 ? "" : ", ");
      write(items.get(i));
    }
    put(list.tuple() ? items.size() == 1 ? ",)" : ")" : "]");
    run.leave();
  }

  private void dict(DictValue dict) {
    run.enter();
    put("{");
    boolean first = true;
    for (DictValue.Entry entry : dict.entries()) {
      put(first ? "" : ", ");
      first = false;
      write(entry.key());
      put(": ");
      write(entry.value());
    }
    put("}");
    run.leave();
  }

  private String quote(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      run.fits(quoted.length());
      switch (c) {
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c == quote) {
            quoted.append('\\').append(c);
          } else if (!printable(c)) {
            quoted.append(c < 0x100 ? "\\x" : "\\u").append(hex(c, c < 0x100 ? 2 : 4));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append(quote).toString();
  }

  /** Whether Python shows the character as it is. */
  static boolean printable(int c) {
    return c == ' '
        || switch ((byte) Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.SPACE_SEPARATOR,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              false;
          default -> true;
        };
  }

  /** {@code value} in at least {@code digits} hexadecimal digits. */
  static String hex(int value, int digits) {
    String text = Integer.toHexString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  /** A float as Python writes it: the shortest digits, an exponent from 1e16 and below 1e-4. */
  static String real(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return Double.isNaN(d) ? "nan" : d > 0 ? "inf" : "-inf";
    }
    String java = Double.toString(Math.abs(d)); // digits.digits, perhaps E and an exponent
    int e = java.indexOf('E');
    int shift = e < 0 ? 0 : Integer.parseInt(java.substring(e + 1));
    String mantissa = e < 0 ? java : java.substring(0, e);
    int point = mantissa.indexOf('.');
    String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
    int exponent = point + shift; // of 0.digits
    int lead = 0;
    while (lead < digits.length() - 1 && digits.charAt(lead) == '0') {
      lead++;
      exponent--;
    }
    int end = digits.length();
    while (end > lead + 1 && digits.charAt(end - 1) == '0') {
      end--;
    }
    boolean minus = d < 0 || 1 / d < 0;
    String significant = digits.substring(lead, end);
    return (minus ? "-" : "") + (d == 0 ? "0.0" : place(significant, exponent));
  }

  private static String place(String digits, int exponent) {
    int n = digits.length();
    if (exponent > 16 || exponent < -3) {
      int power = exponent - 1;
      String rest = n > 1 ? "." + digits.substring(1) : "";
      String size = Integer.toString(Math.abs(power));
      return digits.charAt(0)
          + rest
          + (power < 0 ? "e-" : "e+")
          + (size.length() < 2 ? "0" : "")
          + size;
    }
    if (exponent <= 0) {
      return "0." + "0".repeat(-exponent) + digits;
    }
    return n <= exponent
        ? digits + "0".repeat(exponent - n) + ".0"
        : digits.substring(0, exponent) + "." + digits.substring(exponent);
  }
}
