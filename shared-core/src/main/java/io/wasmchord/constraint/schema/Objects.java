package io.wasmchord.constraint.schema;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that an alternative says of objects.
 *
 * @param at where the schema says that there are so many properties at least
 */
record Objects(int least, int most, String at, List<Atom.Every> every, List<Atom.Some> some) {
  static final Objects ALL = new Objects(0, Atom.NO_LIMIT, "", List.of(), List.of());

  static <T> List<T> distinct(List<T> a, List<T> b) {
    Set<T> both = new LinkedHashSet<>(a);
    both.addAll(b);
    return List.copyOf(both);
  }

  /** What the value of a property must be that is called {@code name}. */
  Formula at(String name, Formulas formulas) {
    List<Formula> all = new ArrayList<>();
    for (Atom.Every each : every) {
      if (each.names().has(name)) {
        all.add(each.schema());
      }
    }
    for (Atom.Some each : some) {
      if (name.equals(only(each))) {
        all.add(each.schema());
      }
    }
    return formulas.and(all);
  }

  /** The name of the only property that can be meant, or null. */
  static @Nullable String only(Atom.Some some) {
    Names names = some.names();
    boolean one = !names.others() && names.patterns().isEmpty() && names.words().size() == 1;
    return one ? names.words().iterator().next() : null;
  }

  /** Puts them together. */
  static final class ObjectAlgebra implements Algebra<Objects> {
    private final Formulas formulas;
    private final Normalizer normalizer;

    ObjectAlgebra(Formulas formulas, Normalizer normalizer) {
      this.formulas = formulas;
      this.normalizer = normalizer;
    }

    @Override
    public Objects all() {
      return ALL;
    }

    @Override
    public List<Objects> of(Atom atom, boolean holds) {
      return switch (atom) {
        case Atom.Count(int least, int most, String at) when holds ->
            List.of(new Objects(least, most, at, List.of(), List.of()));
        case Atom.Count count -> outside(count.least(), count.most(), count.at());
        case Atom.Every every when holds -> every(every);
        case Atom.Every(Names names, Formula schema) ->
            some(new Atom.Some(names, formulas.not(schema)));
        case Atom.Some some when holds -> some(some);
        case Atom.Some(Names names, Formula schema) ->
            every(new Atom.Every(names, formulas.not(schema)));
        default -> throw new IllegalStateException("no atom of objects");
      };
    }

    private static List<Objects> outside(int least, int most, String at) {
      List<Objects> all = new ArrayList<>();
      if (least > 0) {
        all.add(new Objects(0, least - 1, at, List.of(), List.of()));
      }
      if (most < Atom.NO_LIMIT) {
        all.add(new Objects(most + 1, Atom.NO_LIMIT, at, List.of(), List.of()));
      }
      return all;
    }

    private static List<Objects> every(Atom.Every every) {
      return List.of(new Objects(0, Atom.NO_LIMIT, "", List.of(every), List.of()));
    }

    private static List<Objects> some(Atom.Some some) {
      return List.of(new Objects(0, Atom.NO_LIMIT, "", List.of(), List.of(some)));
    }

    @Override
    public @Nullable Objects and(Objects a, Objects b) {
      Objects both =
          new Objects(
              Math.max(a.least(), b.least()),
              Math.min(a.most(), b.most()),
              a.least() > b.least() ? a.at() : b.at(),
              distinct(a.every(), b.every()),
              distinct(a.some(), b.some()));
      if (both.least() > both.most()) {
        return null;
      }
      for (Atom.Some each : both.some()) {
        String name = only(each);
        if (each.schema().isFalse()
            || (name != null && normalizer.isSurelyEmpty(both.at(name, formulas)))) {
          return null;
        }
      }
      return both;
    }
  }
}
