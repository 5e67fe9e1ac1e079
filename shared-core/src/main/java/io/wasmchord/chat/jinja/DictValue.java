package io.wasmchord.chat.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A dictionary in order of insertion. Keys that are equal in Python (1, 1.0, True) are one key. */
public final class DictValue implements Value {
  /** A key as it was first given, and its value. */
  record Entry(Value key, Value value) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  /** An empty dictionary. */
  public DictValue() {}

  /** A dictionary with texts as keys. */
  public static DictValue of(Map<String, ? extends Value> values) {
    DictValue dict = new DictValue();
    values.forEach(dict::put);
    return dict;
  }

  /** Sets {@code key}. */
  public void put(String key, Value value) {
    put(new Text(key), value);
  }

  /** Sets {@code key}, unless it cannot be a key; then false. */
  boolean put(Value key, Value value) {
    Object normal = normal(key);
    if (normal == null) {
      return false;
    }
    Entry old = entries.get(normal);
    entries.put(normal, new Entry(old == null ? key : old.key, value));
    return true;
  }

  /** The value under {@code key}, or null. */
  public @Nullable Value get(String key) {
    return get(new Text(key));
  }

  @Nullable Value get(Value key) {
    Object normal = normal(key);
    Entry entry = normal == null ? null : entries.get(normal);
    return entry == null ? null : entry.value;
  }

  @Nullable Value remove(Value key) {
    Object normal = normal(key);
    Entry entry = normal == null ? null : entries.remove(normal);
    return entry == null ? null : entry.value;
  }

  /** The entries whose keys are texts. */
  public Map<String, Value> texts() {
    Map<String, Value> texts = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      if (entry.key instanceof Text(String key)) {
        texts.put(key, entry.value);
      }
    }
    return texts;
  }

  int size() {
    return entries.size();
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  List<Value> keys() {
    List<Value> keys = new ArrayList<>();
    entries.values().forEach(e -> keys.add(e.key));
    return keys;
  }

  List<Value> values() {
    List<Value> values = new ArrayList<>();
    entries.values().forEach(e -> values.add(e.value));
    return values;
  }

  /** Pairs of key and value. */
  List<Value> items() {
    List<Value> items = new ArrayList<>();
    entries.values().forEach(e -> items.add(ListValue.tuple(e.key, e.value)));
    return items;
  }

  /** What stands for {@code key} in the table, or null if it cannot be a key. */
  private static @Nullable Object normal(Value key) {
    return switch (key) {
      case Bool(boolean b) -> b ? 1L : 0L;
      case Int(long i) -> i;
      case Real(double d) -> d == Math.rint(d) && Math.abs(d) < 1e18 ? (Object) (long) d : d;
      case Text(String t) -> t;
      case None n -> n;
      case ListValue list -> list.tuple() ? normalTuple(list) : null;
      default -> null;
    };
  }

  /** Tuples of plain values only, so that no nesting has to be bounded. */
  private static @Nullable Object normalTuple(ListValue tuple) {
    List<Object> parts = new ArrayList<>();
    for (Value item : tuple.items()) {
      Object part = item instanceof ListValue ? null : normal(item);
      if (part == null) {
        return null;
      }
      parts.add(part);
    }
    return parts;
  }
}
