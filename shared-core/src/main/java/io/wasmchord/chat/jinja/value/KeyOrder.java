package io.wasmchord.chat.jinja.value;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys of dictionaries, and an order of them in which a search takes few comparisons whatever the
 * keys are: a table of hashes would be slow for keys that were made to have the same one.
 */
public final class KeyOrder implements Comparator<Object> {

  /** What stands for {@code key}, or null if it cannot be one. Equal keys give equal objects. */
  static @Nullable Object normal(Value key) {
    return switch (key) {
      case Value.Bool(boolean b) -> b ? 1L : 0L;
      case Value.Int(long i) -> i;
      case Value.Real(double d) -> d == Math.rint(d) && Math.abs(d) < 1e18 ? (Object) (long) d : d;
      case Value.Text(String t, _) -> t;
      case Value.None n -> n;
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

  @Override
  public int compare(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return Long.compare(x, y);
    }
    if (a instanceof String x && b instanceof String y) { // long beginnings in common are rare so
      int hashes = Integer.compare(x.hashCode(), y.hashCode());
      return hashes != 0 ? hashes : x.compareTo(y);
    }
    if (a instanceof Double x && b instanceof Double y) {
      return Double.compare(x, y);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return compare(x, y);
    }
    return Integer.compare(kind(a), kind(b));
  }

  private int compare(List<?> a, List<?> b) {
    int order = Integer.compare(a.size(), b.size());
    for (int i = 0; order == 0 && i < a.size(); i++) {
      order = compare(a.get(i), b.get(i));
    }
    return order;
  }

  private static int kind(Object key) {
    return switch (key) {
      case Long l -> 0;
      case Double d -> 1;
      case String s -> 2;
      case Value.None n -> 3;
      case List<?> l -> 4;
      default -> throw new IllegalArgumentException(key.toString());
    };
  }
}
