package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.UnenforceableSchemaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes alternatives without {@code not} of formulas, a type of value at a time. */
final class Normalizer {
  private static final int MOST_ALTERNATIVES = 2000;
  private static final int MOST_STEPS = 1 << 21;
  private static final int LOOK_AHEAD = 3; // schemas within each other that emptiness looks into

  private final Formulas formulas;
  private final Function<Place, Formula> reader;
  private final Algebra<Dfa> numbers = new NumberAlgebra();
  private final Algebra<Strings> strings = new StringAlgebra();
  private final Algebra<Arrays> arrays;
  private final Algebra<Objects> objects;
  private final Map<Formula, Boolean> surelyEmpty = new HashMap<>();
  private final Map<Formula, Formula> oneOfs = new HashMap<>();
  private final Set<Formula> open = new HashSet<>(); // schemas under way
  private int ahead;
  private int steps;

  Normalizer(Formulas formulas, Function<Place, Formula> reader) {
    this.formulas = formulas;
    this.reader = reader;
    this.arrays = new Arrays.ArrayAlgebra(formulas);
    this.objects = new Objects.ObjectAlgebra(formulas, this);
  }

  /** Whether a value of a type without parts is allowed. */
  boolean allows(Formula formula, Kind kind) {
    return !of(formula, kind, new Nothing()).isEmpty();
  }

  List<Dfa> numbers(Formula formula) {
    return of(formula, Kind.NUMBER, numbers);
  }

  List<Strings> strings(Formula formula) {
    return of(formula, Kind.STRING, strings);
  }

  List<Arrays> arrays(Formula formula) {
    return of(formula, Kind.ARRAY, arrays);
  }

  List<Objects> objects(Formula formula) {
    return of(formula, Kind.OBJECT, objects);
  }

  /** One automaton of a formula's strings. */
  Dfa texts(Formula formula) {
    Dfa all = Dfa.NOTHING;
    for (Strings each : strings(formula)) {
      all = all.or(each.dfa());
    }
    return all;
  }

  /**
   * Whether it is plain to see that no value is allowed. What is not plain to see is said to be
   * allowed.
   */
  boolean isSurelyEmpty(Formula formula) {
    if (formula.isTrue() || formula.isFalse()) {
      return formula.isFalse();
    }
    Boolean known = surelyEmpty.get(formula);
    if (known != null) {
      return known;
    }
    if (ahead >= LOOK_AHEAD) {
      return false;
    }
    ahead++;
    Set<Formula> outer = new HashSet<>(open);
    open.clear(); // another value
    try {
      boolean empty = true;
      for (Kind kind : Kind.values()) {
        empty = empty && isEmpty(formula, kind);
      }
      if (empty || ahead == 1) {
        surelyEmpty.put(formula, empty); // deeper within, less was looked at
      }
      return empty;
    } finally {
      open.clear();
      open.addAll(outer);
      ahead--;
    }
  }

  private boolean isEmpty(Formula formula, Kind kind) {
    return switch (kind) {
      case NULL, TRUE, FALSE -> !allows(formula, kind);
      case NUMBER -> numbers(formula).isEmpty();
      case STRING -> strings(formula).isEmpty();
      case ARRAY -> arrays(formula).isEmpty();
      case OBJECT -> objects(formula).isEmpty();
    };
  }

  private <C> List<C> of(Formula formula, Kind kind, Algebra<C> algebra) {
    return algebra.joined(alternatives(formula, true, kind, algebra));
  }

  private <C> List<C> alternatives(Formula f, boolean holds, Kind kind, Algebra<C> algebra) {
    if (++steps > MOST_STEPS) {
      throw new ConstraintLimitException(
          "the schema takes too long to work out; use fewer of oneOf, not, if and contains");
    }
    return switch (f.op()) {
      case TRUE -> holds ? List.of(algebra.all()) : List.of();
      case FALSE -> holds ? List.of() : List.of(algebra.all());
      case ATOM -> atom(f.atom(), holds, kind, algebra);
      case NOT -> alternatives(f.parts().getFirst(), !holds, kind, algebra);
      case SCHEMA -> schema(f, holds, kind, algebra);
      case ONE_OF -> alternatives(oneOf(f), holds, kind, algebra);
      case AND -> holds ? every(f, true, kind, algebra) : any(f, false, kind, algebra);
      case OR -> holds ? any(f, true, kind, algebra) : every(f, false, kind, algebra);
    };
  }

  private static <C> List<C> atom(Atom atom, boolean holds, Kind kind, Algebra<C> algebra) {
    if (atom instanceof Atom.Type(int kinds)) {
      return ((kinds & kind.bit()) != 0) == holds ? List.of(algebra.all()) : List.of();
    }
    if (atom.kind() != kind) {
      return holds ? List.of(algebra.all()) : List.of();
    }
    return algebra.of(atom, holds);
  }

  private <C> List<C> schema(Formula f, boolean holds, Kind kind, Algebra<C> algebra) {
    if (!open.add(f)) {
      throw new UnenforceableSchemaException(
          "$ref", f.place().pointer(), "the schema is defined by itself");
    }
    try {
      return alternatives(reader.apply(f.place()), holds, kind, algebra);
    } finally {
      open.remove(f);
    }
  }

  private <C> List<C> any(Formula f, boolean holds, Kind kind, Algebra<C> algebra) {
    Set<C> all = new LinkedHashSet<>();
    for (Formula part : f.parts()) {
      all.addAll(alternatives(part, holds, kind, algebra));
      if (all.size() > MOST_ALTERNATIVES / 4) {
        List<C> fewer = algebra.joined(List.copyOf(all));
        all.clear();
        all.addAll(fewer);
      }
      check(all.size());
    }
    return List.copyOf(all);
  }

  private <C> List<C> every(Formula f, boolean holds, Kind kind, Algebra<C> algebra) {
    List<C> all = List.of(algebra.all());
    List<List<C>> several = new ArrayList<>();
    for (Formula part : f.parts()) {
      List<C> some = alternatives(part, holds, kind, algebra);
      if (some.isEmpty()) {
        return some;
      }
      if (some.size() == 1) {
        all = both(all, some, algebra);
      } else {
        several.add(some);
      }
    }
    for (List<C> some : several) {
      all = both(all, some, algebra);
    }
    return all;
  }

  private static <C> List<C> both(List<C> a, List<C> b, Algebra<C> algebra) {
    Set<C> all = new LinkedHashSet<>();
    for (C x : a) {
      for (C y : b) {
        C both = algebra.and(x, y);
        if (both != null) {
          all.add(both);
          check(all.size());
        }
      }
    }
    return List.copyOf(all);
  }

  private static void check(int alternatives) {
    if (alternatives > MOST_ALTERNATIVES) {
      throw new ConstraintLimitException(
          "the schema combines into more than "
              + MOST_ALTERNATIVES
              + " cases; use fewer of oneOf, not, if and contains");
    }
  }

  /** Each part without those of the others that it may hold together with. */
  private Formula oneOf(Formula f) {
    Formula known = oneOfs.get(f);
    if (known != null) {
      return known;
    }
    List<Formula> options = new ArrayList<>();
    for (int i = 0; i < f.parts().size(); i++) {
      List<Formula> only = new ArrayList<>();
      Formula own = f.parts().get(i);
      only.add(own);
      for (int k = 0; k < f.parts().size(); k++) {
        Formula other = f.parts().get(k);
        if (k != i && !isSurelyEmpty(formulas.and(own, other))) {
          only.add(formulas.not(other));
        }
      }
      options.add(formulas.and(only));
    }
    Formula all = formulas.or(options);
    if (ahead == 0) {
      oneOfs.put(f, all); // nothing was left unseen for want of depth
    }
    return all;
  }

  /** Of values that have no parts nothing more can be said. */
  private static final class Nothing implements Algebra<Boolean> {
    @Override
    public Boolean all() {
      return true;
    }

    @Override
    public List<Boolean> of(Atom atom, boolean holds) {
      throw new IllegalStateException("no atom of this type");
    }

    @Override
    public @Nullable Boolean and(Boolean a, Boolean b) {
      return true;
    }
  }
}
