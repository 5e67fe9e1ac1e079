package io.wasmchord.chat.jinja;

import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.host.RunControl;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as JSON, as Python's {@code json.dumps} writes it. */
public final class JsonWriter {
  /**
   * How JSON is laid out.
   *
   * @param indent what each level is indented with, or null for one line
   */
  record Style(@Nullable String indent, String comma, String colon, boolean ascii, boolean sorted) {
    static final Style DEFAULT = new Style(null, ", ", ": ", false, false);
  }

  private final TextBuilder out = new TextBuilder();
  private final Style style;
  private final Run run;
  private int level;

  private JsonWriter(Style style, Run run) {
    this.style = style;
    this.run = run;
  }

  /**
   * {@code value} as JSON.
   *
   * @throws ChatTemplateException when it holds what JSON cannot say, or too much
   */
  public static String json(Value value) {
    return write(value, Style.DEFAULT, new Run(Limits.DEFAULT, RunControl.NONE)).value();
  }

  static Value.Text write(Value value, Style style, Run run) {
    JsonWriter writer = new JsonWriter(style, run);
    writer.write(value);
    return writer.out.text();
  }

  /** The filter {@code tojson} as transformers defines it: nothing is escaped for HTML. */
  static Value filter(Value value, Arguments arguments, Run run) {
    Value indent = arguments.get(1, "indent", Value.none());
    String each =
        switch (indent) {
          case Value.None n -> null;
          case Value.Text(String text, _) -> text;
          default -> {
            long width = Math.max(0, Numbers.integer(indent, "indent", run));
            run.text(width);
            yield " ".repeat((int) width);
          }
        };
    Value separators = arguments.get(2, "separators", Value.none());
    String comma = each == null ? ", " : ",";
    String colon = ": ";
    if (separators.truthy()) {
      List<Value> pair = Access.iterate(separators, run);
      if (pair.size() != 2) {
        throw run.fail("'separators' has " + pair.size() + " parts, not two");
      }
      comma = Printer.text(pair.getFirst(), run);
      colon = Printer.text(pair.getLast(), run);
    }
    Style style =
        new Style(
            each, comma, colon, arguments.flag(0, "ensure_ascii"), arguments.flag(3, "sort_keys"));
    return write(value, style, run);
  }

  private void write(Value value) {
    run.step();
    switch (value) {
      case Value.None n -> put("null");
      case Value.Bool(boolean b) -> put(b ? "true" : "false");
      case Value.Int(long i) -> put(Long.toString(i));
      case Value.Real(double d) -> put(real(d));
      case Value.Text text -> run.append(out, text.became(quote(text.value())));
      case ListValue list -> list(new ArrayList<>(list.items()));
      case DictValue dict -> dict(dict);
      case Value.Undefined(String reason) -> throw run.fail(reason);
      default -> throw run.fail(value.typeName() + " cannot be written as JSON");
    }
  }

  private static String real(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d)) {
      return Double.isNaN(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity";
    }
    return Printer.real(d);
  }

  private void put(String text) {
    run.append(out, text);
  }

  private void list(List<Value> items) {
    if (items.isEmpty()) {
      put("[]");
      return;
    }
    open("[");
    for (int i = 0; i < items.size(); i++) {
      between(i == 0);
      write(items.get(i));
    }
    close("]");
  }

  private void dict(DictValue dict) {
    if (dict.size() == 0) {
      put("{}");
      return;
    }
    List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
    if (style.sorted) {
      entries.sort((a, b) -> Comparing.order(a.key(), b.key(), run));
    }
    open("{");
    for (int i = 0; i < entries.size(); i++) {
      between(i == 0);
      key(entries.get(i).key());
      put(style.colon);
      write(entries.get(i).value());
    }
    close("}");
  }

  private void key(Value key) {
    switch (key) {
      case Value.Text text -> write(text);
      case Value.None n -> put("\"null\"");
      case Value.Bool(boolean b) -> put(b ? "\"true\"" : "\"false\"");
      case Value.Int(long i) -> put("\"" + i + "\"");
      case Value.Real(double d) -> put("\"" + real(d) + "\"");
      default -> throw run.fail(key.typeName() + " cannot be a key in JSON");
    }
  }

  private void open(String bracket) {
    run.enter();
    level++;
    put(bracket);
  }

  private void between(boolean first) {
    put(first ? "" : style.comma);
    newLine();
  }

  private void close(String bracket) {
    level--;
    newLine();
    put(bracket);
    run.leave();
  }

  private void newLine() {
    if (style.indent != null) {
      run.text((long) style.indent.length() * level);
      put("\n" + style.indent.repeat(level));
    }
  }

  private String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      run.fits(quoted.length());
      int plain = "\"\\\n\r\t\b\f".indexOf(c);
      if (plain >= 0) {
        quoted.append('\\').append("\"\\nrtbf".charAt(plain));
      } else if (c < ' ' || (style.ascii && c > '~')) {
        quoted.append("\\u").append(Printer.hex(c, 4));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
