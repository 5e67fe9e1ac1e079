package io.wasmchord.chat.jinja.value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A dictionary in order of insertion. Keys that are equal in Python (1, 1.0, True) are one key. */
public final class DictValue implements Value {
  /** A key as it was first given, and its value. */
  public record Entry(Value key, Value value) {}

  /** Where keys stand in the order of insertion, and what stands there. */
  private final Map<Object, Long> places;

  private final TreeMap<Long, Entry> entries = new TreeMap<>();
  private long inserted;

  /** An empty dictionary. */
  public DictValue() {
    this(new KeyOrder());
  }

  /** The same, with an order of keys that {@link KeyOrder} gives. */
  DictValue(Comparator<Object> order) {
    places = new TreeMap<>(order);
  }

  /** Sets {@code key}. */
  public void put(String key, Value value) {
    put(new Text(key), value);
  }

  /** Sets {@code key}, unless it cannot be a key; then false. */
  public boolean put(Value key, Value value) {
    Object normal = KeyOrder.normal(key);
    if (normal == null) {
      return false;
    }
    Long place = places.get(normal);
    if (place == null) {
      places.put(normal, inserted);
      entries.put(inserted++, new Entry(key, value));
    } else {
      Entry old = entries.get(place);
      entries.put(place, new Entry(old == null ? key : old.key, value));
    }
    return true;
  }

  /** The value under {@code key}, or null. */
  public @Nullable Value get(String key) {
    return get(new Text(key));
  }

  public @Nullable Value get(Value key) {
    Object normal = KeyOrder.normal(key);
    Long place = normal == null ? null : places.get(normal);
    Entry entry = place == null ? null : entries.get(place);
    return entry == null ? null : entry.value;
  }

  public @Nullable Value remove(Value key) {
    Object normal = KeyOrder.normal(key);
    Long place = normal == null ? null : places.remove(normal);
    Entry entry = place == null ? null : entries.remove(place);
    return entry == null ? null : entry.value;
  }

  /** What was inserted last, or null. */
  public @Nullable Entry last() {
    Map.Entry<Long, Entry> last = entries.lastEntry();
    return last == null ? null : last.getValue();
  }

  public void clear() {
    places.clear();
    entries.clear();
  }

  public int size() {
    return entries.size();
  }

  public Collection<Entry> entries() {
    return entries.values();
  }

  public List<Value> keys() {
    List<Value> keys = new ArrayList<>();
    entries.values().forEach(e -> keys.add(e.key));
    return keys;
  }

  public List<Value> values() {
    List<Value> values = new ArrayList<>();
    entries.values().forEach(e -> values.add(e.value));
    return values;
  }

  /** Pairs of key and value. */
  public List<Value> items() {
    List<Value> items = new ArrayList<>();
    entries.values().forEach(e -> items.add(ListValue.tuple(e.key, e.value)));
    return items;
  }
}
