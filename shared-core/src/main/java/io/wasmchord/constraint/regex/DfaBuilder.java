package io.wasmchord.constraint.regex;

import io.wasmchord.errors.ConstraintLimitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A deterministic automaton in the making: states by the numbers that edges name. */
public final class DfaBuilder {
  /** The most states that there may be. */
  public static final int MOST_STATES = 1 << 14;

  private final List<int[]> edges = new ArrayList<>();
  private final BitSet accepting = new BitSet();

  /** Adds a state with its edges: first and last character and target each, ascending. */
  public void add(int[] row, boolean accepts) {
    if (edges.size() >= MOST_STATES) {
      throw new ConstraintLimitException(
          "a pattern needs more than "
              + MOST_STATES
              + " states; make it simpler, or its counts smaller");
    }
    accepting.set(edges.size(), accepts);
    edges.add(row);
  }

  /** The smallest automaton of the same texts. */
  public Dfa build() {
    int[] group = groups(live());
    if (edges.isEmpty() || group[0] == Dfa.DEAD) {
      return Dfa.NOTHING;
    }
    int[] number = new int[edges.size()]; // of groups, in the order of their finding
    Arrays.fill(number, -1);
    List<Integer> found = new ArrayList<>(List.of(0)); // a state of each group
    number[group[0]] = 0;
    List<int[]> rows = new ArrayList<>();
    BitSet ends = new BitSet();
    for (int i = 0; i < found.size(); i++) {
      int state = found.get(i);
      int[] row = merged(edges.get(state), group);
      for (int k = 2; k < row.length; k += 3) {
        int to = row[k];
        if (number[group[to]] < 0) {
          number[group[to]] = found.size();
          found.add(to);
        }
        row[k] = number[group[to]];
      }
      rows.add(row);
      ends.set(i, accepting.get(state));
    }
    return new Dfa(rows.toArray(new int[0][]), ends);
  }

  /** The states from which an end is reached. */
  private BitSet live() {
    List<List<Integer>> before = new ArrayList<>();
    edges.forEach(row -> before.add(new ArrayList<>(2)));
    for (int s = 0; s < edges.size(); s++) {
      int[] row = edges.get(s);
      for (int k = 2; k < row.length; k += 3) {
        before.get(row[k]).add(s);
      }
    }
    BitSet live = (BitSet) accepting.clone();
    List<Integer> open = new ArrayList<>();
    live.stream().forEach(open::add);
    while (!open.isEmpty()) {
      for (int s : before.get(open.removeLast())) {
        if (!live.get(s)) {
          live.set(s);
          open.add(s);
        }
      }
    }
    return live;
  }

  /** States that cannot be told apart are of one group; those that are not live of none. */
  private int[] groups(BitSet live) {
    int n = edges.size();
    int[] group = new int[n];
    for (int s = 0; s < n; s++) {
      group[s] = live.get(s) ? (accepting.get(s) ? 1 : 0) : Dfa.DEAD;
    }
    int count = 0;
    while (true) {
      Map<List<Integer>, Integer> known = new HashMap<>();
      int[] finer = new int[n];
      for (int s = 0; s < n; s++) {
        if (group[s] == Dfa.DEAD) {
          finer[s] = Dfa.DEAD;
          continue;
        }
        int[] row = merged(edges.get(s), group);
        List<Integer> signature = new ArrayList<>(row.length + 1);
        signature.add(group[s]);
        for (int k = 0; k < row.length; k++) {
          signature.add(k % 3 == 2 ? group[row[k]] : row[k]);
        }
        finer[s] = known.computeIfAbsent(signature, key -> known.size());
      }
      group = finer;
      if (known.size() == count) {
        return group;
      }
      count = known.size();
    }
  }

  /** Edges without those that lead nowhere, neighbours that lead to one group joined. */
  private static int[] merged(int[] row, int[] group) {
    int[] merged = new int[row.length];
    int n = 0;
    for (int k = 0; k < row.length; k += 3) {
      if (group[row[k + 2]] == Dfa.DEAD) {
        continue;
      }
      if (n > 0 && merged[n - 2] + 1 == row[k] && group[merged[n - 1]] == group[row[k + 2]]) {
        merged[n - 2] = row[k + 1];
      } else {
        merged[n++] = row[k];
        merged[n++] = row[k + 1];
        merged[n++] = row[k + 2];
      }
    }
    return Arrays.copyOf(merged, n);
  }
}
