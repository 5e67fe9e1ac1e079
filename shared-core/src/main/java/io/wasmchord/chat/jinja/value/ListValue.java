package io.wasmchord.chat.jinja.value;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list or a tuple. Lists can be appended to, so one may come to contain itself. */
public final class ListValue implements Value {
  private final List<Value> items;
  private final boolean tuple;
  private final List<String> names; // of a tuple's first elements

  /** Copies {@code items}. */
  public ListValue(List<? extends Value> items, boolean tuple) {
    this(items, tuple, List.of());
  }

  private ListValue(List<? extends Value> items, boolean tuple, List<String> names) {
    this.items = new ArrayList<>(items);
    this.tuple = tuple;
    this.names = names;
  }

  public static ListValue list() {
    return new ListValue(List.of(), false);
  }

  public static ListValue tuple(Value... items) {
    return new ListValue(List.of(items), true);
  }

  /** A tuple whose elements also have names. */
  public static ListValue named(List<String> names, Value... items) {
    return new ListValue(List.of(items), true, names);
  }

  /** The element called {@code name}, or null if there is none. */
  public @Nullable Value find(String name) {
    int at = names.indexOf(name);
    return at < 0 ? null : items.get(at);
  }

  /** The live elements. */
  public List<Value> items() {
    return items;
  }

  public boolean tuple() {
    return tuple;
  }
}
