package io.wasmchord.constraint.rules;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.errors.ConstraintLimitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A term as states and edges. Its language is what leads from {@link #START} to {@link #FINAL}. */
public final class Nfa {
  static final int START = 0;
  static final int FINAL = 1;
  private static final int MOST_STATES = 1 << 16;
  private static final int MOST_NESTED = 200;

  /** What an edge takes. */
  sealed interface Label {
    record Chars(CodePoints set) implements Label {}

    record Call(String rule) implements Label {}

    record Nothing() implements Label {}

    record AtStart() implements Label {}

    record AtEnd() implements Label {}
  }

  record Edge(Label label, int to) {}

  /** A stretch of characters, and the states that it leads to. */
  public record Step(int from, int to, int[] states) {}

  private static final Label NOTHING = new Label.Nothing();

  private final List<List<Edge>> edges = new ArrayList<>();
  private final Function<String, @Nullable Term> inlined;
  private BitSet useful = new BitSet();

  /**
   * @param inlined the terms of rules that stand where they are called; null for one that is called
   * @throws ConstraintLimitException when it has too many states
   */
  Nfa(Term term, Function<String, @Nullable Term> inlined) {
    this.inlined = inlined;
    state();
    state();
    add(term, START, FINAL, 0);
    useful.set(0, edges.size());
  }

  /** The automaton of a term without calls. */
  public static Nfa of(Term term) {
    Nfa nfa = new Nfa(term, rule -> null);
    nfa.keepUseful(rule -> false);
    return nfa;
  }

  private int state() {
    if (edges.size() >= MOST_STATES) {
      throw new ConstraintLimitException(
          "the grammar or pattern has more than "
              + MOST_STATES
              + " places when its repetitions are counted out; use smaller counts");
    }
    edges.add(new ArrayList<>(2));
    return edges.size() - 1;
  }

  private void edge(int from, Label label, int to) {
    edges.get(from).add(new Edge(label, to));
  }

  private void add(Term term, int from, int to, int depth) {
    if (depth > MOST_NESTED) {
      throw new ConstraintLimitException(
          "the grammar or pattern nests more than " + MOST_NESTED + " levels");
    }
    switch (term) {
      case Term.Chars(CodePoints set) -> edge(from, new Label.Chars(set), to);
      case Term.AtStart start -> edge(from, new Label.AtStart(), to);
      case Term.AtEnd end -> edge(from, new Label.AtEnd(), to);
      case Term.Choice(List<Term> options) -> {
        for (Term option : options) {
          add(option, from, to, depth + 1);
        }
      }
      case Term.Sequence(List<Term> parts) -> sequence(parts, from, to, depth + 1);
      case Term.Repeat repeat -> repeat(repeat, from, to, depth + 1);
      case Term.Call call -> {
        Term inside = inlined.apply(call.rule());
        if (inside == null) {
          edge(from, new Label.Call(call.rule()), to);
        } else {
          add(inside, from, to, depth + 1);
        }
      }
    }
  }

  private void sequence(List<Term> parts, int from, int to, int depth) {
    if (parts.isEmpty()) {
      edge(from, NOTHING, to);
    }
    int at = from;
    for (int i = 0; i < parts.size(); i++) {
      int next = i == parts.size() - 1 ? to : state();
      add(parts.get(i), at, next, depth);
      at = next;
    }
  }

  private void repeat(Term.Repeat repeat, int from, int to, int depth) {
    int at = state(); // apart, since loops come back to it
    edge(from, NOTHING, at);
    for (int i = 0; i < repeat.least(); i++) {
      int next = state();
      add(repeat.term(), at, next, depth);
      at = next;
    }
    if (repeat.most() == Term.NO_LIMIT) {
      int loop = state();
      edge(at, NOTHING, loop);
      int back = state();
      add(repeat.term(), loop, back, depth);
      edge(back, NOTHING, loop);
      at = loop;
    }
    for (int i = repeat.least(); i < repeat.most(); i++) {
      edge(at, NOTHING, to);
      int next = state();
      add(repeat.term(), at, next, depth);
      at = next;
    }
    edge(at, NOTHING, to);
  }

  int states() {
    return edges.size();
  }

  List<Edge> edges(int state) {
    return edges.get(state);
  }

  /**
   * Forgets states from which no end is reached; returns whether the beginning is left.
   *
   * @param productive whether a rule has a text
   */
  boolean keepUseful(Function<String, Boolean> productive) {
    int n = edges.size();
    List<List<Integer>> before = new ArrayList<>();
    for (int s = 0; s < n; s++) {
      before.add(new ArrayList<>(2));
    }
    for (int s = 0; s < n; s++) {
      for (Edge edge : edges.get(s)) {
        boolean passes =
            switch (edge.label()) {
              case Label.Chars(CodePoints set) -> !set.isEmpty();
              case Label.Call(String rule) -> productive.apply(rule);
              default -> true;
            };
        if (passes) {
          before.get(edge.to()).add(s);
        }
      }
    }
    useful = new BitSet(n);
    useful.set(FINAL);
    List<Integer> open = new ArrayList<>(List.of(FINAL));
    while (!open.isEmpty()) {
      for (int s : before.get(open.removeLast())) {
        if (!useful.get(s)) {
          useful.set(s);
          open.add(s);
        }
      }
    }
    return useful.get(START);
  }

  /** The states at the beginning of a text. */
  public int[] start() {
    return closed(new int[] {START}, true, false);
  }

  /** Those of {@code states} and what they lead to without a character, as far as it matters. */
  public int[] closed(int[] states) {
    return closed(states, false, false);
  }

  /** Whether a text may end here. */
  public boolean ends(int[] states) {
    int[] all = closed(states, false, true);
    return Arrays.binarySearch(all, FINAL) >= 0;
  }

  private int[] closed(int[] states, boolean atStart, boolean atEnd) {
    BitSet seen = new BitSet();
    BitSet kept = new BitSet();
    List<Integer> open = new ArrayList<>();
    for (int s : states) {
      if (useful.get(s)) {
        seen.set(s);
        open.add(s);
      }
    }
    while (!open.isEmpty()) {
      int s = open.removeLast();
      boolean keeps = s == FINAL;
      for (Edge edge : edges.get(s)) {
        boolean free =
            switch (edge.label()) {
              case Label.Nothing none -> true;
              case Label.AtStart start -> atStart;
              case Label.AtEnd end -> atEnd;
              default -> false;
            };
        keeps |= !(edge.label() instanceof Label.Nothing);
        if (free && useful.get(edge.to()) && !seen.get(edge.to())) {
          seen.set(edge.to());
          open.add(edge.to());
        }
      }
      if (keeps) {
        kept.set(s);
      }
    }
    return kept.stream().toArray();
  }

  /** Where characters lead from {@code states}: stretches in ascending order, none empty. */
  public List<Step> steps(int[] states) {
    TreeMap<Integer, List<Integer>> changes = new TreeMap<>(); // +1 and target, or its complement
    for (int s : states) {
      for (Edge edge : edges.get(s)) {
        if (edge.label() instanceof Label.Chars(CodePoints set) && useful.get(edge.to())) {
          for (int i = 0; i < set.ranges(); i++) {
            changes.computeIfAbsent(set.from(i), at -> new ArrayList<>(1)).add(edge.to());
            changes.computeIfAbsent(set.to(i) + 1, at -> new ArrayList<>(1)).add(~edge.to());
          }
        }
      }
    }
    List<Step> steps = new ArrayList<>();
    TreeMap<Integer, Integer> active = new TreeMap<>();
    int from = 0;
    for (var change : changes.entrySet()) {
      int to = change.getKey() - 1;
      if (!active.isEmpty()) {
        append(steps, from, to, active);
      }
      for (int target : change.getValue()) {
        if (target >= 0) {
          active.merge(target, 1, Integer::sum);
        } else {
          active.computeIfPresent(
              ~target, (at, count) -> count == 1 ? null : (Integer) (count - 1));
        }
      }
      from = change.getKey();
    }
    return steps;
  }

  private static void append(List<Step> steps, int from, int to, Map<Integer, Integer> active) {
    int[] states = new int[active.size()];
    int n = 0;
    for (int s : active.keySet()) {
      states[n++] = s;
    }
    Step last = steps.isEmpty() ? null : steps.getLast();
    if (last != null && last.to() + 1 == from && Arrays.equals(last.states(), states)) {
      steps.set(steps.size() - 1, new Step(last.from(), to, states));
    } else {
      steps.add(new Step(from, to, states));
    }
  }
}
