package io.wasmchord.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/** A list or a tuple. Lists can be appended to, so one may come to contain itself. */
public final class ListValue implements Value {
  private final List<Value> items;
  private final boolean tuple;

  /** Copies {@code items}. */
  public ListValue(List<? extends Value> items, boolean tuple) {
    this.items = new ArrayList<>(items);
    this.tuple = tuple;
  }

  static ListValue list() {
    return new ListValue(List.of(), false);
  }

  static ListValue tuple(Value... items) {
    return new ListValue(List.of(items), true);
  }

  /** The elements as they are now. */
  public List<Value> elements() {
    return List.copyOf(items);
  }

  /** The live elements. */
  List<Value> items() {
    return items;
  }

  boolean tuple() {
    return tuple;
  }
}
