package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** Python's {@code pprint}: dictionaries are sorted. Values that need several lines are refused. */
final class PrettyPrinter {
  private static final int WIDTH = 80;

  private PrettyPrinter() {}

  static Value line(Value value, Run run) {
    Value.Text line = Printer.repr(sorted(value, run), run);
    if (line.value().length() > WIDTH) {
      throw run.fail("pprint of a value that does not fit a line; use tojson(indent=2)");
    }
    return line;
  }

  private static Value sorted(Value value, Run run) {
    run.step();
    run.enter();
    Value result =
        switch (value) {
          case ListValue list -> {
            List<Value> items = new ArrayList<>();
            for (Value item : Elements.iterate(list, run)) {
              items.add(sorted(item, run));
            }
            yield new ListValue(items, list.tuple());
          }
          case DictValue dict -> {
            List<ListFilters.Keyed> keyed = new ArrayList<>();
            run.list(dict.size());
            dict.entries().forEach(e -> keyed.add(new ListFilters.Keyed(e.value(), e.key())));
            ListFilters.sort(keyed, false, run);
            DictValue copy = new DictValue();
            for (ListFilters.Keyed entry : keyed) {
              copy.put(entry.key(), sorted(entry.item(), run));
            }
            yield copy;
          }
          default -> value;
        };
    run.leave();
    return result;
  }
}
