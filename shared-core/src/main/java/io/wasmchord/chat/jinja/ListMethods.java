package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.Comparing;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.FunctionValue;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code list} that templates use. */
final class ListMethods {
  private ListMethods() {}

  /** The method {@code name} of {@code list}, or null if there is none. */
  static @Nullable FunctionValue find(ListValue list, String name) {
    List<Value> items = list.items();
    FunctionValue.Body body =
        switch (name) {
          case "index" -> (a, run) -> index(items, a.require(run, 0, "value"), run);
          case "count" -> (a, run) -> count(items, a.require(run, 0, "value"), run);
          default -> list.tuple() ? null : change(list, name);
        };
    return body == null ? null : new FunctionValue(name, body);
  }

  private static FunctionValue.@Nullable Body change(ListValue list, String name) {
    List<Value> items = list.items();
    return switch (name) {
      case "append" ->
          (a, run) -> {
            run.list(1);
            items.add(a.require(run, 0, "object"));
            return Value.none();
          };
      case "extend" ->
          (a, run) -> {
            List<Value> more = Elements.iterate(a.require(run, 0, "iterable"), run);
            run.list((long) items.size() + more.size());
            items.addAll(more);
            return Value.none();
          };
      case "insert" ->
          (a, run) -> {
            run.list(items.size());
            long i = a.integer(run, 0, "index", 0);
            long at = Math.max(0, Math.min(items.size(), i < 0 ? i + items.size() : i));
            items.add((int) at, a.require(run, 1, "object"));
            return Value.none();
          };
      case "remove" ->
          (a, run) -> {
            Value at = index(items, a.require(run, 0, "value"), run);
            pop(items, Numbers.whole(at), run);
            return Value.none();
          };
      case "reverse" ->
          (a, run) -> {
            run.list(items.size());
            Collections.reverse(items);
            return Value.none();
          };
      case "clear" ->
          (a, run) -> {
            items.clear();
            return Value.none();
          };
      case "copy" -> (a, run) -> Value.of(Elements.iterate(list, run));
      case "sort" ->
          (a, run) -> {
            List<ListFilters.Keyed> keyed = new ArrayList<>();
            run.list(items.size());
            items.forEach(item -> keyed.add(new ListFilters.Keyed(item, item)));
            ListFilters.sort(keyed, a.flag(0, "reverse"), run);
            items.clear();
            items.addAll(ListFilters.items(keyed));
            return Value.none();
          };
      case "pop" -> (a, run) -> pop(items, a.integer(run, 0, "index", -1), run);
      default -> null;
    };
  }

  private static Value pop(List<Value> items, long index, Run run) {
    long i = index < 0 ? index + items.size() : index;
    if (i < 0 || i >= items.size()) {
      throw run.fail("pop() from a list of " + items.size() + " at " + index);
    }
    run.list(items.size());
    return items.remove((int) i);
  }

  private static Value index(List<Value> items, Value wanted, Run run) {
    for (int i = 0; i < items.size(); i++) {
      if (Comparing.equal(items.get(i), wanted, run)) {
        return Value.of(i);
      }
    }
    throw run.fail("index() of a value that is not in the list");
  }

  private static Value count(List<Value> items, Value wanted, Run run) {
    int count = 0;
    for (Value item : items) {
      count += Comparing.equal(item, wanted, run) ? 1 : 0;
    }
    return Value.of(count);
  }
}
