package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.automaton.CodePoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two automata side by side. */
final class Product {
  /** Whether a text is wanted, by whether it is among the first and the second. */
  @FunctionalInterface
  interface Wanted {
    boolean of(boolean first, boolean second);
  }

  private final Dfa a;
  private final Dfa b;
  private final Map<Long, Integer> numbers = new HashMap<>();
  private final List<int[]> pairs = new ArrayList<>();

  private Product(Dfa a, Dfa b) {
    this.a = a;
    this.b = b;
  }

  static Dfa of(Dfa a, Dfa b, Wanted wanted) {
    Product product = new Product(a, b);
    boolean both = !wanted.of(false, true) && !wanted.of(true, false); // dead if either is
    boolean first = !wanted.of(false, true);
    DfaBuilder raw = new DfaBuilder();
    product.number(a.isEmpty() ? Dfa.DEAD : 0, b.isEmpty() ? Dfa.DEAD : 0);
    for (int i = 0; i < product.pairs.size(); i++) {
      int[] pair = product.pairs.get(i);
      boolean accepts =
          wanted.of(
              pair[0] != Dfa.DEAD && a.accepts(pair[0]), pair[1] != Dfa.DEAD && b.accepts(pair[1]));
      raw.add(product.row(pair, both, first), accepts);
    }
    return raw.build();
  }

  private int number(int first, int second) {
    long key = (long) first << 32 | (second & 0xFFFFFFFFL);
    Integer known = numbers.get(key);
    if (known == null) {
      known = pairs.size();
      numbers.put(key, known);
      pairs.add(new int[] {first, second});
    }
    return known;
  }

  private int[] row(int[] pair, boolean both, boolean first) {
    List<Integer> row = new ArrayList<>();
    Cursor left = new Cursor(a, pair[0]);
    Cursor right = new Cursor(b, pair[1]);
    int at = 0;
    while (at <= CodePoints.MAX) {
      int to = Math.min(left.end(at), right.end(at));
      int x = left.target(at);
      int y = right.target(at);
      boolean dead =
          both ? x == Dfa.DEAD || y == Dfa.DEAD : x == Dfa.DEAD && (first || y == Dfa.DEAD);
      if (!dead) {
        row.add(at);
        row.add(to);
        row.add(number(x, y));
      }
      at = to + 1;
    }
    return row.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Goes over a state's edges. */
  private static final class Cursor {
    private final Dfa dfa;
    private final int state;
    private final int edges;
    private int edge;

    Cursor(Dfa dfa, int state) {
      this.dfa = dfa;
      this.state = state;
      this.edges = state == Dfa.DEAD ? 0 : dfa.edges(state);
    }

    /** The last character that leads to where {@code at} leads. */
    int end(int at) {
      while (edge < edges && dfa.to(state, edge) < at) {
        edge++;
      }
      if (edge == edges) {
        return CodePoints.MAX;
      }
      return dfa.from(state, edge) > at ? dfa.from(state, edge) - 1 : dfa.to(state, edge);
    }

    /** Where {@code at} leads, after {@link #end} was asked about it. */
    int target(int at) {
      return edge < edges && dfa.from(state, edge) <= at ? dfa.target(state, edge) : Dfa.DEAD;
    }
  }
}
