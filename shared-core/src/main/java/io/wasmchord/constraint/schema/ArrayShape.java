package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.ConstraintLimitException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Arrays of one kind: how many elements, what they are, and how many of them are something. */
final class ArrayShape implements Frame {
  private static final int MOST_COUNTED = 4; // contains beside each other
  private static final int MOST_STATES = 1 << 14;

  /**
   * What an element may be.
   *
   * @param counts which counts it adds to: bits
   */
  private record Option(JsonType type, int counts) {}

  /** So many elements were read, of which so many were something. */
  private record State(int index, List<Integer> counts) {}

  private final int id;
  private final Arrays arrays;
  private final Whitespace whitespace;
  private final List<List<Option>> options; // by index; the last for all that follow
  private final Map<State, Boolean> viable = new HashMap<>();
  private final int counted; // elements, until their number means nothing
  private int most;

  ArrayShape(
      int id,
      Arrays arrays,
      Whitespace whitespace,
      Formulas formulas,
      Function<Formula, JsonType> types) {
    this.id = id;
    this.arrays = arrays;
    this.whitespace = whitespace;
    int tail = arrays.tail();
    this.counted = arrays.most() == Atom.NO_LIMIT ? Math.max(tail, arrays.least()) : arrays.most();
    this.most = arrays.most();
    if (arrays.contains().size() > MOST_COUNTED) {
      throw new ConstraintLimitException("more than " + MOST_COUNTED + " 'contains' hold at once");
    }
    List<List<Option>> all = new ArrayList<>();
    for (int i = 0; i <= Math.min(tail, arrays.most()); i++) {
      all.add(options(i, formulas, types));
    }
    this.options = all;
  }

  private List<Option> options(int index, Formulas formulas, Function<Formula, JsonType> types) {
    Formula own = arrays.at(index, formulas);
    List<Option> all = new ArrayList<>();
    for (int chosen = 0; chosen < 1 << arrays.contains().size(); chosen++) {
      List<Formula> parts = new ArrayList<>(List.of(own));
      boolean fits = true;
      for (int i = 0; i < arrays.contains().size(); i++) {
        Atom.Contains each = arrays.contains().get(i);
        boolean adds = (chosen >> i & 1) != 0;
        fits &= !adds || index >= each.from();
        if (adds) {
          parts.add(each.schema());
        } else if (index >= each.from() && each.most() < Atom.NO_LIMIT) {
          parts.add(formulas.not(each.schema()));
        }
      }
      Formula formula = formulas.and(parts);
      if (fits && !formula.isFalse()) {
        all.add(new Option(types.apply(formula), chosen));
      }
    }
    return all;
  }

  private State start() {
    return new State(0, Collections.nCopies(arrays.contains().size(), 0));
  }

  private State after(State state, Option option) {
    List<Integer> counts = new ArrayList<>(state.counts());
    for (int i = 0; i < counts.size(); i++) {
      Atom.Contains each = arrays.contains().get(i);
      int end = each.most() == Atom.NO_LIMIT ? each.least() : each.most() + 1;
      int adds = option.counts() >> i & 1;
      counts.set(i, Math.min(end, counts.get(i) + adds));
    }
    return new State(Math.min(counted, state.index() + 1), counts);
  }

  private boolean ends(State state) {
    boolean ends = state.index() >= arrays.least();
    for (int i = 0; i < state.counts().size(); i++) {
      Atom.Contains each = arrays.contains().get(i);
      ends &= state.counts().get(i) >= each.least() && state.counts().get(i) <= each.most();
    }
    return ends;
  }

  private List<Option> options(State state) {
    boolean full = state.index() >= arrays.most();
    return full ? List.of() : options.get(Math.min(state.index(), options.size() - 1));
  }

  /** The states after one element more, from which an end is reached. */
  private List<Map.Entry<Option, State>> next(State state) {
    List<Map.Entry<Option, State>> all = new ArrayList<>();
    for (Option option : options(state)) {
      if (option.type().isPossible()) {
        State after = after(state, option);
        if (isViable(after)) {
          all.add(Map.entry(option, after));
        }
      }
    }
    return all;
  }

  boolean isPossible() {
    viable.clear(); // more may be possible than before
    most = first(arrays.most());
    return isViable(start());
  }

  /** Elements that there may be at most, where counts do not matter. */
  private int first(int limit) {
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).stream().noneMatch(option -> option.type().isPossible())) {
        return Math.min(i, limit);
      }
    }
    return limit;
  }

  private boolean isViable(State state) {
    if (arrays.contains().isEmpty()) {
      return arrays.least() <= most && state.index() <= most;
    }
    Boolean known = viable.get(state);
    if (known == null) {
      explore();
      known = viable.getOrDefault(state, false);
    }
    return known;
  }

  /** Finds all states, and from which of them an end is reached. */
  private void explore() {
    List<State> all = new ArrayList<>(List.of(start()));
    Map<State, List<State>> before = new HashMap<>();
    before.put(start(), new ArrayList<>());
    for (int i = 0; i < all.size(); i++) {
      State state = all.get(i);
      for (Option option : options(state)) {
        if (option.type().isPossible()) {
          State after = after(state, option);
          if (!before.containsKey(after)) {
            all.add(after);
          }
          before.computeIfAbsent(after, key -> new ArrayList<>()).add(state);
        }
      }
      if (all.size() > MOST_STATES) {
        throw new ConstraintLimitException(
            "'contains' and the number of elements have too many states; use smaller limits");
      }
    }
    all.forEach(state -> viable.put(state, false));
    List<State> open = new ArrayList<>(all.stream().filter(this::ends).toList());
    open.forEach(state -> viable.put(state, true));
    while (!open.isEmpty()) {
      for (State state : before.getOrDefault(open.removeLast(), List.of())) {
        if (Boolean.FALSE.equals(viable.put(state, true))) {
          open.add(state);
        }
      }
    }
  }

  @Override
  public void expand(Moves moves) {
    moves.on('[', whitespace.afterOpen(new Element(this, start(), true)));
  }

  /** Before an element. */
  private record Element(ArrayShape shape, State state, boolean first) implements Frame {
    @Override
    public void expand(Moves moves) {
      if (first && shape.ends(state)) {
        moves.on(']', End.HERE);
      }
      for (Map.Entry<Option, State> next : shape.next(state)) {
        Frame after = new After(shape, next.getValue());
        Frame closing = shape.ends(next.getValue()) ? new Whitespace.Last(']') : null;
        moves.call(
            next.getKey().type(),
            closing == null ? after : shape.whitespace.beforeClose(after, closing));
      }
    }
  }

  /** After an element. */
  private record After(ArrayShape shape, State state) implements Frame {
    @Override
    public void expand(Moves moves) {
      if (shape.ends(state)) {
        moves.on(']', End.HERE);
      }
      if (!shape.next(state).isEmpty()) {
        moves.on(',', shape.whitespace.afterSeparator(new Element(shape, state, false)));
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return id;
  }
}
