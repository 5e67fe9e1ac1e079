package io.wasmchord.chat.jinja.value;

import io.wasmchord.json.Decimals;
import java.util.ArrayList;
import java.util.List;

/** Values as text, as Python's {@code str} and {@code repr} write them. */
public final class Printer {
  /** Characters of a name that a message shows. */
  private static final int MAX_SHOWN = 100;

  private final TextBuilder out = new TextBuilder();
  private final Run run;

  private Printer(Run run) {
    this.run = run;
  }

  /** As much of {@code name} as a message shows. */
  public static String shown(String name) {
    return name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "...";
  }

  /** What <code>{{ value }}</code> writes. */
  public static Value.Text printed(Value value, Run run) {
    return switch (value) {
      case Value.Text text -> text;
      case Value.Undefined u -> new Value.Text("");
      default -> repr(value, run);
    };
  }

  /** The same where it does not matter what of it is the input's. */
  public static String text(Value value, Run run) {
    return printed(value, run).value();
  }

  /** The same, but texts as a program spells them. */
  public static Value.Text repr(Value value, Run run) {
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
  public static boolean printable(int c) {
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
  public static String hex(int value, int digits) {
    String text = Integer.toHexString(value);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  /** A float as Python writes it. */
  public static String real(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return Double.isNaN(d) ? "nan" : d > 0 ? "inf" : "-inf";
    }
    return Decimals.shortest(d);
  }
}
