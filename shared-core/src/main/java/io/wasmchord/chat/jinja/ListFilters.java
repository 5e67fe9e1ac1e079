package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.syntax.Expression;
import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Comparing;
import io.wasmchord.chat.jinja.value.DictValue;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Printer;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The filters on lists. */
final class ListFilters {
  private ListFilters() {}

  /** The filter's result, or null if it is none of these. */
  static @Nullable Value apply(String name, Value value, Arguments a, Run run) {
    return switch (name) {
      case "first" -> end(Elements.iterate(value, run), true);
      case "random" -> random(Elements.iterate(value, run), run);
      case "last" -> end(Elements.iterate(value, run), false);
      case "reverse" -> reverse(value, run);
      case "sort" -> sort(value, a, run);
      case "dictsort" -> sortEntries(value, a, run);
      case "unique" -> unique(value, a, run);
      case "sum" -> sum(value, a, run);
      case "min" -> extreme(value, a, -1, run);
      case "max" -> extreme(value, a, 1, run);
      case "map" -> map(value, a, run);
      case "select" -> select(value, a, false, true, run);
      case "reject" -> select(value, a, false, false, run);
      case "selectattr" -> select(value, a, true, true, run);
      case "rejectattr" -> select(value, a, true, false, run);
      default -> null;
    };
  }

  private static Value end(List<Value> items, boolean first) {
    if (items.isEmpty()) {
      return new Value.Undefined("an empty list has no first and no last item");
    }
    return first ? items.getFirst() : items.getLast();
  }

  /** One of the items, in the same way for the same prompt. */
  private static Value random(List<Value> items, Run run) {
    return items.isEmpty()
        ? end(items, true)
        : items.get(
            (int) Math.floorMod((run.steps() * 0x9E3779B97F4A7C15L) >>> 17, (long) items.size()));
  }

  private static Value reverse(Value value, Run run) {
    if (value instanceof Value.Text text) {
      return text.became(run.made(new StringBuilder(text.value()).reverse().toString()));
    }
    List<Value> items = new ArrayList<>(Elements.iterate(value, run));
    Collections.reverse(items);
    return Value.of(items);
  }

  /** What an item is compared by: part of it, and in small letters unless case matters. */
  private static Value key(Value item, @Nullable Value attribute, boolean caseMatters, Run run) {
    return key(item, attribute, null, caseMatters, run);
  }

  /** The same, with {@code otherwise} in place of a part that is missing. */
  static Value key(
      Value item,
      @Nullable Value attribute,
      @Nullable Value otherwise,
      boolean caseMatters,
      Run run) {
    Value part =
        attribute == null || attribute instanceof Value.None
            ? item
            : Filters.path(item, attribute, otherwise, run);
    return !caseMatters && part instanceof Value.Text text
        ? text.became(run.made(text.value().toLowerCase(Locale.ROOT)))
        : part;
  }

  /** An item and what it is sorted by. */
  record Keyed(Value item, Value key) {}

  static void sort(List<Keyed> keyed, boolean reverse, Run run) {
    // Reversing the comparison and not the result keeps equal items in order, as Python does.
    keyed.sort((x, y) ->
        reverse ? Comparing.order(y.key, x.key, run) : Comparing.order(x.key, y.key, run));
  }

  static List<Value> items(List<Keyed> keyed) {
    List<Value> items = new ArrayList<>();
    keyed.forEach(k -> items.add(k.item));
    return items;
  }

  private static Value sort(Value value, Arguments a, Run run) {
    boolean caseMatters = a.flag(1, "case_sensitive");
    List<Keyed> keyed = new ArrayList<>();
    for (Value item : Elements.iterate(value, run)) {
      Value attribute = a.get(2, "attribute", Value.none());
      keyed.add(new Keyed(item, sortKey(item, attribute, caseMatters, run)));
    }
    sort(keyed, a.flag(0, "reverse"), run);
    return Value.of(items(keyed));
  }

  private static Value sortKey(Value item, Value attribute, boolean caseMatters, Run run) {
    if (!(attribute instanceof Value.Text(String names, _)) || names.indexOf(',') < 0) {
      return key(item, attribute, caseMatters, run);
    }
    List<Value> keys = new ArrayList<>();
    for (String name : names.split(",")) {
      keys.add(key(item, Value.of(name), caseMatters, run));
    }
    return Value.of(keys);
  }

  private static Value sortEntries(Value value, Arguments a, Run run) {
    if (!(value instanceof DictValue dict)) {
      throw run.fail("dictsort of " + value.typeName() + ", which is no dictionary");
    }
    boolean byValue = a.text(run, 1, "by", "key").equals("value");
    boolean caseMatters = a.flag(0, "case_sensitive");
    run.list(dict.size());
    List<Keyed> keyed = new ArrayList<>();
    for (DictValue.Entry entry : dict.entries()) {
      Value by = byValue ? entry.value() : entry.key();
      keyed.add(
          new Keyed(ListValue.tuple(entry.key(), entry.value()), key(by, null, caseMatters, run)));
    }
    sort(keyed, a.flag(2, "reverse"), run);
    return Value.of(items(keyed));
  }

  private static Value unique(Value value, Arguments a, Run run) {
    boolean caseMatters = a.flag(0, "case_sensitive");
    DictValue seen = new DictValue();
    List<Value> items = new ArrayList<>();
    for (Value item : Elements.iterate(value, run)) {
      Value key = key(item, a.find(1, "attribute"), caseMatters, run);
      run.key(key);
      if (seen.get(key) == null) {
        DictMethods.put(seen, key, item, run);
        items.add(item);
      }
    }
    return Value.of(items);
  }

  private static Value sum(Value value, Arguments a, Run run) {
    Value total = a.get(1, "start", Value.of(0));
    for (Value item : Elements.iterate(value, run)) {
      total =
          Operations.binary(
              Expression.Operator.ADD, total, key(item, a.find(0, "attribute"), true, run), run);
    }
    return total;
  }

  private static Value extreme(Value value, Arguments a, int sign, Run run) {
    boolean caseMatters = a.flag(0, "case_sensitive");
    Value best = new Value.Undefined("an empty list has no smallest and no largest item");
    Value bestKey = null;
    for (Value item : Elements.iterate(value, run)) {
      Value key = key(item, a.find(1, "attribute"), caseMatters, run);
      if (bestKey == null || Comparing.order(key, bestKey, run) * sign > 0) {
        best = item;
        bestKey = key;
      }
    }
    return best;
  }

  /** The elements of a value; what counts as false, such as none, has none. */
  private static List<Value> some(Value value, Run run) {
    return value.truthy() ? Elements.iterate(value, run) : List.of();
  }

  private static Value map(Value value, Arguments a, Run run) {
    Value attribute = a.named().get("attribute");
    List<Value> items = new ArrayList<>();
    for (Value item : some(value, run)) {
      if (attribute != null) {
        items.add(Filters.path(item, attribute, a.named().get("default"), run));
      } else {
        String name = Printer.text(a.require(run, 0, "filter"), run);
        run.enter(); // a filter may map in turn
        items.add(Filters.apply(name, item, a.after(1), run));
        run.leave();
      }
    }
    return Value.of(items);
  }

  private static Value select(
      Value value, Arguments a, boolean byAttribute, boolean wanted, Run run) {
    int at = byAttribute ? 1 : 0;
    Value test = a.find(at, "test");
    List<Value> items = new ArrayList<>();
    for (Value item : some(value, run)) {
      Value tested =
          byAttribute ? Filters.path(item, a.require(run, 0, "attribute"), null, run) : item;
      boolean holds =
          test == null
              ? tested.truthy()
              : Tests.holds(Printer.text(test, run), tested, a.after(at + 1), run);
      if (holds == wanted) {
        items.add(item);
      }
    }
    return Value.of(items);
  }
}
