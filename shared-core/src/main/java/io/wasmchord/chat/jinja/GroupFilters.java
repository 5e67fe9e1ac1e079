package io.wasmchord.chat.jinja;

import io.wasmchord.chat.jinja.value.Arguments;
import io.wasmchord.chat.jinja.value.Comparing;
import io.wasmchord.chat.jinja.value.Elements;
import io.wasmchord.chat.jinja.value.ListValue;
import io.wasmchord.chat.jinja.value.Numbers;
import io.wasmchord.chat.jinja.value.Run;
import io.wasmchord.chat.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The filters that make lists of lists. */
final class GroupFilters {
  private static final List<String> FIELDS = List.of("grouper", "list");

  private GroupFilters() {}

  /** The filter's result, or null if it is none of these. */
  static @Nullable Value apply(String name, Value value, Arguments a, Run run) {
    return switch (name) {
      case "batch" -> batch(value, a, run);
      case "groupby" -> group(value, a, run);
      case "slice" -> slice(value, a, run);
      default -> null;
    };
  }

  /** Lists of as many items as wanted; the last one is filled up. */
  private static Value batch(Value value, Arguments a, Run run) {
    long size = Numbers.integer(a.require(run, 0, "linecount"), "linecount", run);
    Value fill = a.get(1, "fill_with", Value.none());
    List<Value> batches = new ArrayList<>();
    List<Value> batch = new ArrayList<>();
    for (Value item : Elements.iterate(value, run)) {
      if (batch.size() == size) {
        batches.add(Value.of(batch));
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      boolean filled = !(fill instanceof Value.None) && batch.size() < size;
      run.list(filled ? size : batch.size());
      while (filled && batch.size() < size) {
        batch.add(fill);
      }
      batches.add(Value.of(batch));
    }
    return Value.of(batches);
  }

  /** As many lists as wanted; the first ones are longer, or the others are filled up. */
  private static Value slice(Value value, Arguments a, Run run) {
    long count = Numbers.integer(a.require(run, 0, "slices"), "slices", run);
    Value fill = a.get(1, "fill_with", Value.none());
    List<Value> items = Elements.iterate(value, run);
    if (count == 0) {
      throw run.fail("division by zero");
    }
    run.list(Math.max(0, count));
    List<Value> slices = new ArrayList<>();
    int from = 0;
    for (long i = 0; i < count; i++) {
      boolean longer = i < items.size() % count;
      int to = from + (int) (items.size() / count) + (longer ? 1 : 0);
      List<Value> slice = new ArrayList<>(items.subList(from, to));
      if (!longer && !(fill instanceof Value.None)) {
        slice.add(fill);
      }
      slices.add(Value.of(slice));
      from = to;
    }
    return Value.of(slices);
  }

  /** Pairs of what items have in common and a list of these, in order. */
  private static Value group(Value value, Arguments a, Run run) {
    Value attribute = a.require(run, 0, "attribute");
    Value given = a.get(1, "default", Value.none());
    Value otherwise = given instanceof Value.None ? null : given;
    boolean caseMatters = a.flag(2, "case_sensitive");
    List<ListFilters.Keyed> keyed = new ArrayList<>();
    for (Value item : Elements.iterate(value, run)) {
      keyed.add(
          new ListFilters.Keyed(
              item, ListFilters.key(item, attribute, otherwise, caseMatters, run)));
    }
    ListFilters.sort(keyed, false, run);
    List<Value> groups = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= keyed.size(); i++) {
      Value key = keyed.get(from).key();
      if (i == keyed.size() || !Comparing.equal(keyed.get(i).key(), key, run)) {
        List<Value> items = ListFilters.items(keyed.subList(from, i));
        Value shown =
            caseMatters ? key : ListFilters.key(items.getFirst(), attribute, otherwise, true, run);
        groups.add(ListValue.named(FIELDS, shown, Value.of(items)));
        from = i;
      }
    }
    return Value.of(groups);
  }
}
