package io.wasmchord.constraint.rules;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.InvalidGrammarException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules that call each other. Those that are small and call none that leads back stand where they
 * are called.
 */
public final class Rules {
  private static final int MOST_INLINED = 400; // places

  /** A rule as it was written, and where. */
  public record Rule(Term term, Term.Position at) {}

  private final Map<String, Rule> written;
  private final Map<String, Nfa> automata = new HashMap<>();
  private final Map<String, Integer> sizes = new HashMap<>(); // of those that may be inlined
  private final Set<String> productive = new HashSet<>();

  private Rules(Map<String, Rule> written) {
    this.written = new LinkedHashMap<>(written);
  }

  /**
   * The texts of rule {@code root}.
   *
   * @throws InvalidGrammarException when a rule is not there, calls itself before it has read
   *     anything, or never ends
   * @throws ConstraintLimitException when there are too many places
   */
  public static Frame frame(Map<String, Rule> written, String root) {
    Rules rules = new Rules(written);
    rules.measure();
    try {
      rules.build(root);
    } catch (ConstraintLimitException e) { // what is called often is better called
      rules = new Rules(written);
      rules.build(root);
    }
    rules.findProductive(root);
    rules.refuseLeftRecursion();
    return rules.frame(root);
  }

  /** The texts of one term. */
  public static Frame frame(Term term) {
    return frame(Map.of("root", new Rule(term, new Term.Position(1, 1))), "root");
  }

  Frame frame(String rule) {
    Nfa nfa = automaton(rule);
    return new RuleFrame(this, nfa, nfa.start());
  }

  boolean isProductive(String rule) {
    return productive.contains(rule);
  }

  private Nfa automaton(String rule) {
    Nfa nfa = automata.get(rule);
    if (nfa == null) {
      throw new IllegalStateException("rule " + rule + " has no automaton");
    }
    return nfa;
  }

  private Rule rule(String name, Term.Position at) {
    Rule rule = written.get(name);
    if (rule == null) {
      throw new InvalidGrammarException(at.line(), at.column(), "there is no rule '" + name + "'");
    }
    return rule;
  }

  /** Finds the rules that may be inlined: callees first, until there are no more. */
  private void measure() {
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<String, Rule> each : written.entrySet()) {
        if (!sizes.containsKey(each.getKey())) {
          long size = size(each.getValue().term());
          if (size <= MOST_INLINED) {
            sizes.put(each.getKey(), (int) size);
            more = true;
          }
        }
      }
    }
  }

  private long size(Term term) {
    long size =
        switch (term) {
          case Term.Sequence(List<Term> parts) -> sum(parts);
          case Term.Choice(List<Term> options) -> sum(options);
          case Term.Repeat(Term inner, int least, int most) ->
              1 + size(inner) * Math.max(1, Math.max(least + 1, most));
          case Term.Call(String rule, Term.Position at) ->
              sizes.getOrDefault(rule, Integer.MAX_VALUE);
          default -> 1;
        };
    return Math.min(size, Integer.MAX_VALUE);
  }

  private long sum(List<Term> terms) {
    long sum = 1;
    for (Term term : terms) {
      sum += size(term);
    }
    return sum;
  }

  private void build(String root) {
    List<String> open = new ArrayList<>(List.of(root));
    rule(root, new Term.Position(1, 1));
    while (!open.isEmpty()) {
      String name = open.removeLast();
      if (automata.containsKey(name)) {
        continue;
      }
      Term term = rule(name, new Term.Position(1, 1)).term();
      requireCalled(term);
      Nfa nfa = new Nfa(term, this::inlined);
      automata.put(name, nfa);
      open.addAll(called(nfa));
    }
  }

  private @Nullable Term inlined(String name) {
    Rule rule = written.get(name);
    return rule != null && sizes.containsKey(name) ? rule.term() : null;
  }

  /** All rules that are called are there. */
  private void requireCalled(Term term) {
    switch (term) {
      case Term.Sequence(List<Term> parts) -> parts.forEach(this::requireCalled);
      case Term.Choice(List<Term> options) -> options.forEach(this::requireCalled);
      case Term.Repeat repeat -> requireCalled(repeat.term());
      case Term.Call call -> rule(call.rule(), call.at());
      default -> {}
    }
  }

  private static Set<String> called(Nfa nfa) {
    Set<String> called = new LinkedHashSet<>();
    for (int s = 0; s < nfa.states(); s++) {
      for (Nfa.Edge edge : nfa.edges(s)) {
        if (edge.label() instanceof Nfa.Label.Call(String rule)) {
          called.add(rule);
        }
      }
    }
    return called;
  }

  private void findProductive(String root) {
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<String, Nfa> each : automata.entrySet()) {
        if (each.getValue().keepUseful(this::isProductive)) {
          more |= productive.add(each.getKey());
        }
      }
    }
    if (!isProductive(root)) {
      Term.Position at = rule(root, new Term.Position(1, 1)).at();
      throw new InvalidGrammarException(
          at.line(), at.column(), "rule '" + root + "' allows no text that ends");
    }
  }

  private void refuseLeftRecursion() {
    Map<String, Set<String>> first = new HashMap<>();
    Set<String> nullable = nullable();
    automata.forEach((name, nfa) -> first.put(name, firstCalls(nfa, nullable)));
    Set<String> done = new HashSet<>();
    for (String name : automata.keySet()) {
      walk(name, first, new ArrayList<>(), done);
    }
  }

  private void walk(
      String name, Map<String, Set<String>> first, List<String> path, Set<String> done) {
    int again = path.indexOf(name);
    if (again >= 0) {
      List<String> circle = new ArrayList<>(path.subList(again, path.size()));
      circle.add(name);
      Term.Position at = rule(name, new Term.Position(1, 1)).at();
      throw new InvalidGrammarException(
          at.line(),
          at.column(),
          "rule '"
              + name
              + "' calls itself before it has read anything ("
              + String.join(" -> ", circle)
              + "); write it as a repetition, or with the call last");
    }
    if (done.contains(name)) {
      return;
    }
    if (path.size() > 500) {
      throw new ConstraintLimitException("rules call each other through more than 500 others");
    }
    path.add(name);
    first.getOrDefault(name, Set.of()).forEach(next -> walk(next, first, path, done));
    path.removeLast();
    done.add(name);
  }

  private Set<String> nullable() {
    Set<String> nullable = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<String, Nfa> each : automata.entrySet()) {
        more |=
            !nullable.contains(each.getKey())
                && reached(each.getValue(), nullable).get(Nfa.FINAL)
                && nullable.add(each.getKey());
      }
    }
    return nullable;
  }

  /** States that are reached without a character. */
  private static BitSet reached(Nfa nfa, Set<String> nullable) {
    BitSet seen = new BitSet();
    List<Integer> open = new ArrayList<>(List.of(Nfa.START));
    seen.set(Nfa.START);
    while (!open.isEmpty()) {
      for (Nfa.Edge edge : nfa.edges(open.removeLast())) {
        boolean passes =
            switch (edge.label()) {
              case Nfa.Label.Chars chars -> false;
              case Nfa.Label.Call(String rule) -> nullable.contains(rule);
              default -> true;
            };
        if (passes && !seen.get(edge.to())) {
          seen.set(edge.to());
          open.add(edge.to());
        }
      }
    }
    return seen;
  }

  private static Set<String> firstCalls(Nfa nfa, Set<String> nullable) {
    Set<String> calls = new LinkedHashSet<>();
    BitSet reached = reached(nfa, nullable);
    for (int s = reached.nextSetBit(0); s >= 0; s = reached.nextSetBit(s + 1)) {
      for (Nfa.Edge edge : nfa.edges(s)) {
        if (edge.label() instanceof Nfa.Label.Call(String rule)) {
          calls.add(rule);
        }
      }
    }
    return calls;
  }
}
