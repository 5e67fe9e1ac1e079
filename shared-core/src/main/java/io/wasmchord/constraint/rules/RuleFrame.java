package io.wasmchord.constraint.rules;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.errors.ConstraintLimitException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A rule, read to a set of its automaton's states. */
final class RuleFrame implements Frame {
  private static final int MOST_STATES = 1 << 13;

  private final Rules rules;
  private final Nfa nfa;
  private final int[] states;
  private final int hash;

  RuleFrame(Rules rules, Nfa nfa, int[] states) {
    if (states.length > MOST_STATES) {
      throw new ConstraintLimitException(
          "a grammar or pattern can be read in more than " + MOST_STATES + " ways at once");
    }
    this.rules = rules;
    this.nfa = nfa;
    this.states = states;
    this.hash = 31 * Arrays.hashCode(states) + nfa.states();
  }

  @Override
  public void expand(Moves moves) {
    for (Nfa.Step step : nfa.steps(states)) {
      moves.on(CodePoints.of(step.from(), step.to()), after(step.states()));
    }
    Map<String, TreeSet<Integer>> calls = new TreeMap<>();
    for (int s : states) {
      for (Nfa.Edge edge : nfa.edges(s)) {
        if (edge.label() instanceof Nfa.Label.Call(String rule) && rules.isProductive(rule)) {
          calls.computeIfAbsent(rule, name -> new TreeSet<>()).add(edge.to());
        }
      }
    }
    calls.forEach((rule, to) -> {
      int[] back = nfa.closed(to.stream().mapToInt(Integer::intValue).toArray());
      if (back.length > 0) {
        moves.call(rules.frame(rule), new RuleFrame(rules, nfa, back));
      }
    });
    if (nfa.ends(states)) {
      moves.end();
    }
  }

  private Frame after(int[] kernel) {
    return new RuleFrame(rules, nfa, nfa.closed(kernel));
  }

  @Override
  public int weight() {
    return 1 + states.length / 16;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RuleFrame frame
        && hash == frame.hash
        && nfa == frame.nfa
        && Arrays.equals(states, frame.states);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
