package io.wasmchord.constraint.schema;

import static java.util.Objects.requireNonNull;

import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.text.Letters;
import io.wasmchord.constraint.text.RawFrame;
import io.wasmchord.constraint.text.StringFrame;
import io.wasmchord.constraint.text.Whitespace;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.UnenforceableSchemaException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Objects of one kind. What was read is a set of listed properties, and little more; so any order
 * costs no more than one.
 */
final class ObjectShape implements Frame {
  private static final int MOST_PATTERNS = 6;
  private static final int MOST_WITNESSES = 5; // properties that must be there under some name
  private static final int NOBODY = -2;
  private static final int UNLISTED = -1;

  /**
   * Properties that are alike: one that is listed, or all that match the same patterns.
   *
   * @param name of a listed one, or null
   * @param texts the names of those that are not listed
   * @param options what the value may be; by bits of the witnesses that it is
   */
  record Group(@Nullable String name, Dfa texts, boolean required, List<Option> options) {
    /** Whether a value is possible. */
    boolean isPossible() {
      return options.stream().anyMatch(option -> option.type().isPossible());
    }

    boolean mayBe(int witness) {
      return options.stream()
          .anyMatch(each -> (each.witnesses() >> witness & 1) != 0 && each.type().isPossible());
    }
  }

  /** What a value may be. */
  record Option(JsonType type, int witnesses) {}

  /**
   * What was read.
   *
   * @param read which listed properties may come no more: those that were there, and in the order
   *     of the schema those before them
   * @param known how many listed ones, where numbers matter
   * @param unknown how many others, as far as it matters
   * @param witnesses which were found: bits
   */
  record State(BitSet read, int known, int unknown, int witnesses) {}

  private final int id;
  private final Objects objects;
  private final SchemaOptions options;
  private final List<Atom.Some> witnesses = new ArrayList<>();
  private final List<Group> listed = new ArrayList<>();
  private final List<Group> others = new ArrayList<>();
  private final PropertyNames names;
  private final boolean bareKeys;

  ObjectShape(
      int id,
      Objects objects,
      SchemaOptions options,
      Formulas formulas,
      Function<Formula, JsonType> types) {
    this.id = id;
    this.objects = objects;
    this.options = options;
    Set<String> required = new HashSet<>();
    for (Atom.Some each : objects.some()) {
      String name = Objects.only(each);
      if (name == null) {
        witnesses.add(each);
      } else {
        required.add(name);
      }
    }
    if (witnesses.size() > MOST_WITNESSES) {
      throw new ConstraintLimitException(
          "more than " + MOST_WITNESSES + " properties of unknown names must be there");
    }
    for (String name : words()) {
      listed.add(
          new Group(
              name,
              Dfa.NOTHING,
              required.contains(name),
              options(objects.at(name, formulas), each -> each.has(name), formulas, types)));
    }
    Dfa bare = options.notation().keys();
    this.bareKeys = bare != null && listed.stream().allMatch(each -> bare.matches(nameOf(each)));
    addOthers(formulas, types, bareKeys && bare != null ? bare : Dfa.ANYTHING);
    long sure = listed.stream().filter(Group::required).count();
    if (!others.isEmpty() && objects.least() > sure + 1) {
      throw new UnenforceableSchemaException(
          "minProperties",
          objects.at(),
          "names that the schema does not list may come twice, so they cannot be counted; list the"
              + " properties and set additionalProperties to false");
    }
    this.names = new PropertyNames(this, listed, others);
  }

  /** All names that are spoken of, in the order of the schema. */
  private Set<String> words() {
    Set<String> words = new LinkedHashSet<>();
    objects.every().forEach(each -> addWords(words, each.names()));
    objects.some().forEach(each -> addWords(words, each.names()));
    return words;
  }

  private static void addWords(Set<String> words, Names names) {
    if (names.words().size() == 1) {
      words.addAll(names.words());
    } else {
      words.addAll(new TreeSet<>(names.words())); // sets have no order of their own
    }
  }

  private List<Option> options(
      Formula own, Predicate<Names> in, Formulas formulas, Function<Formula, JsonType> types) {
    List<Option> all = new ArrayList<>();
    for (int chosen = 0; chosen < 1 << witnesses.size(); chosen++) {
      List<Formula> parts = new ArrayList<>(List.of(own));
      boolean fits = true;
      for (int i = 0; i < witnesses.size(); i++) {
        if ((chosen >> i & 1) != 0) {
          fits &= in.test(witnesses.get(i).names());
          parts.add(witnesses.get(i).schema());
        }
      }
      Formula formula = formulas.and(parts);
      if (fits && !formula.isFalse()) {
        all.add(new Option(types.apply(formula), chosen));
      }
    }
    return all;
  }

  private static String nameOf(Group listed) {
    return requireNonNull(listed.name());
  }

  private void addOthers(Formulas formulas, Function<Formula, JsonType> types, Dfa writable) {
    Set<Dfa> patterns = new LinkedHashSet<>();
    objects.every().forEach(each -> patterns.addAll(each.names().patterns()));
    witnesses.forEach(each -> patterns.addAll(each.names().patterns()));
    if (patterns.size() > MOST_PATTERNS) {
      throw new ConstraintLimitException(
          "an object has more than " + MOST_PATTERNS + " different patterns of names");
    }
    List<Dfa> all = List.copyOf(patterns);
    Dfa rest = null;
    for (int chosen = 0; chosen < 1 << all.size(); chosen++) {
      Set<Dfa> matched = new HashSet<>();
      for (int i = 0; i < all.size(); i++) {
        if ((chosen >> i & 1) != 0) {
          matched.add(all.get(i));
        }
      }
      List<Formula> parts = new ArrayList<>();
      for (Atom.Every each : objects.every()) {
        if (each.names().hasThoseOf(matched)) {
          parts.add(each.schema());
        }
      }
      List<Option> values =
          options(formulas.and(parts), each -> each.hasThoseOf(matched), formulas, types);
      if (!values.isEmpty()) {
        rest =
            rest == null
                ? Dfa.words(listed.stream().map(Group::name).toList()).not().and(writable)
                : rest;
        Dfa texts = rest;
        for (Dfa each : all) {
          texts = matched.contains(each) ? texts.and(each) : texts.minus(each);
        }
        if (!texts.isEmpty()) {
          others.add(new Group(null, texts, false, values));
        }
      }
    }
  }

  State start() {
    return new State(new BitSet(), 0, 0, 0);
  }

  private boolean ordered() {
    return options.order() == PropertyOrder.AS_WRITTEN;
  }

  /** After a property: a listed one, or any other where {@code index} is -1. */
  private State after(State state, int index, Option option) {
    BitSet read = (BitSet) state.read().clone();
    if (index >= 0) {
      read.set(ordered() ? 0 : index, index + 1);
    } else if (ordered()) {
      read.set(0, listed.size());
    }
    boolean counts = objects.least() > 0 || objects.most() < Atom.NO_LIMIT;
    int limit = objects.most() < Atom.NO_LIMIT ? objects.most() + 1 : 1;
    return new State(
        read,
        index >= 0 && counts ? state.known() + 1 : state.known(),
        index < 0 ? Math.min(limit, state.unknown() + 1) : state.unknown(),
        state.witnesses() | option.witnesses());
  }

  /** Different names. Those that are not listed may all have been the same. */
  private static int distinct(State state) {
    return state.known() + Math.min(1, state.unknown());
  }

  /** Whether the object may end here. */
  private boolean ends(State state) {
    for (int i = state.read().nextClearBit(0);
        i < listed.size();
        i = state.read().nextClearBit(i + 1)) {
      if (listed.get(i).required()) {
        return false;
      }
    }
    return distinct(state) >= objects.least() && state.witnesses() == (1 << witnesses.size()) - 1;
  }

  /**
   * Whether an end is reached from here: by all that is required and missing, then a property for
   * each witness that is missing, then as many more as there must be.
   */
  private boolean isViable(State state) {
    BitSet needed = new BitSet();
    BitSet free = new BitSet();
    for (int i = state.read().nextClearBit(0);
        i < listed.size();
        i = state.read().nextClearBit(i + 1)) {
      (listed.get(i).required() ? needed : free).set(i);
      if (listed.get(i).required() && !listed.get(i).isPossible()) {
        return false;
      }
    }
    int unknown = 0;
    for (int w = 0; w < witnesses.size(); w++) {
      if ((state.witnesses() >> w & 1) == 0) {
        int by = witness(w, free);
        if (by == NOBODY) {
          return false;
        }
        unknown += by == UNLISTED ? 1 : 0;
        if (by >= 0) {
          needed.set(by);
          free.clear(by);
        }
      }
    }
    boolean first = state.unknown() == 0;
    int distinct = distinct(state) + needed.cardinality() + (first && unknown > 0 ? 1 : 0);
    int further = Math.max(0, objects.least() - distinct);
    long there = free.stream().filter(i -> listed.get(i).isPossible()).count();
    boolean another = first && unknown == 0 && others.stream().anyMatch(Group::isPossible);
    long total = (long) state.known() + state.unknown() + needed.cardinality() + unknown + further;
    return further <= there + (another ? 1 : 0) && total <= objects.most();
  }

  /** A property that can be a witness: one of {@code free}, or another. */
  private int witness(int witness, BitSet free) {
    if (others.stream().anyMatch(group -> group.mayBe(witness))) {
      return UNLISTED;
    }
    return free.stream().filter(i -> listed.get(i).mayBe(witness)).findFirst().orElse(NOBODY);
  }

  boolean isPossible() {
    return isViable(start());
  }

  /** What a listed property's value may be now, and where that leads. */
  private List<Map.Entry<Option, State>> next(State state, Group group, int index) {
    List<Map.Entry<Option, State>> all = new ArrayList<>();
    if (index >= 0 && (state.read().get(index) || (ordered() && skips(state, index)))) {
      return all;
    }
    if (index < 0 && ordered() && skips(state, listed.size())) {
      return all;
    }
    for (Option option : group.options()) {
      if (option.type().isPossible()) {
        State after = after(state, index, option);
        if (isViable(after)) {
          all.add(Map.entry(option, after));
        }
      }
    }
    return all;
  }

  /** Whether a property before {@code index} must still come. */
  private boolean skips(State state, int index) {
    for (int i = state.read().nextClearBit(0); i < index; i = state.read().nextClearBit(i + 1)) {
      if (listed.get(i).required()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a listed property may come. */
  boolean mayKnow(State state, int index) {
    return !next(state, listed.get(index), index).isEmpty();
  }

  /** Whether one of these others may come. */
  boolean mayAdd(State state, int other) {
    return !next(state, others.get(other), -1).isEmpty();
  }

  private boolean mayGoOn(State state) {
    for (int i = state.read().nextClearBit(0);
        i < listed.size();
        i = state.read().nextClearBit(i + 1)) {
      if (mayKnow(state, i)) {
        return true;
      }
    }
    for (int i = 0; i < others.size(); i++) {
      if (mayAdd(state, i)) {
        return true;
      }
    }
    return false;
  }

  /** Where the end of a listed property's name leads. */
  Frame named(State state, int index) {
    return new Colon(this, state, index, -1);
  }

  /** Where the end of another name leads. */
  Frame other(State state, int other) {
    return new Colon(this, state, -1, other);
  }

  @Override
  public void expand(Moves moves) {
    moves.on('{', options.whitespace().afterOpen(new Key(this, start(), true)));
  }

  /** Before a property. */
  private record Key(ObjectShape shape, State state, boolean first) implements Frame {
    @Override
    public void expand(Moves moves) {
      if (first && shape.ends(state)) {
        moves.on('}', End.HERE);
      }
      if (shape.mayGoOn(state)) {
        Letters name = shape.names.start(state);
        if (shape.bareKeys) {
          moves.call(RawFrame.open(name), End.HERE);
        } else {
          moves.on('"', new StringFrame(name));
        }
      }
    }
  }

  /** After a property's name. */
  private record Colon(ObjectShape shape, State state, int index, int other) implements Frame {
    @Override
    public void expand(Moves moves) {
      moves.on(
          ':', shape.options.whitespace().afterSeparator(new Value(shape, state, index, other)));
    }
  }

  private record Value(ObjectShape shape, State state, int index, int other) implements Frame {
    @Override
    public void expand(Moves moves) {
      Group group = index >= 0 ? shape.listed.get(index) : shape.others.get(other);
      for (Map.Entry<Option, State> next : shape.next(state, group, index)) {
        Frame after = new After(shape, next.getValue());
        moves.call(
            next.getKey().type(),
            shape.ends(next.getValue())
                ? shape.options.whitespace().beforeClose(after, new Whitespace.Last('}'))
                : after);
      }
    }
  }

  /** After a property. */
  private record After(ObjectShape shape, State state) implements Frame {
    @Override
    public void expand(Moves moves) {
      if (shape.ends(state)) {
        moves.on('}', End.HERE);
      }
      if (shape.mayGoOn(state)) {
        moves.on(',', shape.options.whitespace().afterSeparator(new Key(shape, state, false)));
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
