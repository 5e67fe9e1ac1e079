package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Comparing;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.TextBuilder;
import io.wasmchord.chat.jinja.value.Value;
import io.wasmchord.json.JsonLayout;
import java.util.ArrayList;
import java.util.List;

/** The filter {@code tojson}: values as JSON, as Python's {@code json.dumps} writes it. */
final class JsonFilter implements JsonLayout.Output {
  private final TextBuilder out = new TextBuilder();
  private final JsonLayout layout;
  private final boolean sorted;
  private final Run run;

  private JsonFilter(JsonLayout.Style style, boolean sorted, Run run) {
    this.layout = new JsonLayout(style, this);
    this.sorted = sorted;
    this.run = run;
  }

  /** The filter as transformers defines it: nothing is escaped for HTML. */
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
      List<Value> pair = Elements.iterate(separators, run);
      if (pair.size() != 2) {
        throw run.fail("'separators' has " + pair.size() + " parts, not two");
      }
      comma = Printer.text(pair.getFirst(), run);
      colon = Printer.text(pair.getLast(), run);
    }
    boolean ascii = arguments.flag(0, "ensure_ascii");
    JsonFilter filter =
        new JsonFilter(
            new JsonLayout.Style(each, comma, colon, ascii), arguments.flag(3, "sort_keys"), run);
    filter.write(value);
    return filter.out.text();
  }

  @Override
  public void put(String json) {
    run.append(out, json);
  }

  @Override
  public void fits(long length) {
    run.fits(length);
  }

  private void write(Value value) {
    run.step();
    switch (value) {
      case Value.None n -> put("null");
      case Value.Bool(boolean b) -> put(b ? "true" : "false");
      case Value.Int(long i) -> put(Long.toString(i));
      case Value.Real(double d) -> put(real(d));
      case Value.Text text -> run.append(out, text.became(layout.quoted(text.value())));
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

  private void list(List<Value> items) {
    if (items.isEmpty()) {
      put("[]");
      return;
    }
    run.enter();
    layout.open("[");
    for (int i = 0; i < items.size(); i++) {
      layout.next(i == 0);
      write(items.get(i));
    }
    layout.close("]");
    run.leave();
  }

  private void dict(DictValue dict) {
    if (dict.size() == 0) {
      put("{}");
      return;
    }
    List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
    if (sorted) {
      entries.sort((a, b) -> Comparing.order(a.key(), b.key(), run));
    }
    run.enter();
    layout.open("{");
    for (int i = 0; i < entries.size(); i++) {
      layout.next(i == 0);
      key(entries.get(i).key());
      layout.colon();
      write(entries.get(i).value());
    }
    layout.close("}");
    run.leave();
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
}
