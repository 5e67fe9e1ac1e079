package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.rules.Nfa;
import io.wasmchord.errors.ConstraintLimitException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes automata deterministic. */
final class Determinizer {
  private static final long MOST_WORK = 1L << 24; // states of all sets together

  private final Map<List<Integer>, Integer> numbers = new HashMap<>();
  private final List<int[]> sets = new ArrayList<>();
  private long work;

  private Determinizer() {}

  static Dfa of(Nfa nfa) {
    Determinizer maker = new Determinizer();
    DfaBuilder raw = new DfaBuilder();
    maker.number(nfa.start());
    for (int i = 0; i < maker.sets.size(); i++) {
      int[] set = maker.sets.get(i);
      List<Integer> row = new ArrayList<>();
      for (Nfa.Step step : nfa.steps(set)) {
        row.add(step.from());
        row.add(step.to());
        row.add(maker.number(nfa.closed(step.states())));
      }
      raw.add(row.stream().mapToInt(Integer::intValue).toArray(), nfa.ends(set));
    }
    return raw.build();
  }

  private int number(int[] set) {
    work += set.length + 1;
    if (work > MOST_WORK) {
      throw new ConstraintLimitException("a pattern takes too long to work out; make it simpler");
    }
    List<Integer> key = Arrays.stream(set).boxed().toList();
    Integer known = numbers.get(key);
    if (known == null) {
      known = sets.size();
      numbers.put(key, known);
      sets.add(set);
    }
    return known;
  }
}
