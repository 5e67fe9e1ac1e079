package io.wasmchord.constraint.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that an alternative says of arrays.
 *
 * @param elements what those at some places must be
 */
record Arrays(
    int least,
    int most,
    Map<Integer, Formula> elements,
    List<Atom.Rest> rests,
    List<Atom.Contains> contains) {
  static final Arrays ALL = new Arrays(0, Atom.NO_LIMIT, Map.of(), List.of(), List.of());

  /** What an element at {@code index} must be. */
  Formula at(int index, Formulas formulas) {
    List<Formula> all = new ArrayList<>();
    Formula own = elements.get(index);
    if (own != null) {
      all.add(own);
    }
    for (Atom.Rest rest : rests) {
      if (index >= rest.from()) {
        all.add(rest.schema());
      }
    }
    return formulas.and(all);
  }

  /** From here on all elements must be the same. */
  int tail() {
    int tail = 0;
    for (int index : elements.keySet()) {
      tail = Math.max(tail, index + 1);
    }
    for (Atom.Rest rest : rests) {
      tail = Math.max(tail, rest.from());
    }
    for (Atom.Contains each : contains) {
      tail = Math.max(tail, each.from());
    }
    return tail;
  }

  /** Puts them together. */
  static final class ArrayAlgebra implements Algebra<Arrays> {
    private final Formulas formulas;

    ArrayAlgebra(Formulas formulas) {
      this.formulas = formulas;
    }

    @Override
    public Arrays all() {
      return ALL;
    }

    private static Arrays size(int least, int most) {
      return new Arrays(least, most, Map.of(), List.of(), List.of());
    }

    private static Arrays contains(int from, Formula schema, int least, int most) {
      return new Arrays(
          0,
          Atom.NO_LIMIT,
          Map.of(),
          List.of(),
          List.of(new Atom.Contains(from, schema, least, most)));
    }

    @Override
    public List<Arrays> of(Atom atom, boolean holds) {
      List<Arrays> all = new ArrayList<>();
      switch (atom) {
        case Atom.Size(int least, int most) when holds -> all.add(size(least, most));
        case Atom.Size(int least, int most) -> {
          if (least > 0) {
            all.add(size(0, least - 1));
          }
          if (most < Atom.NO_LIMIT) {
            all.add(size(most + 1, Atom.NO_LIMIT));
          }
        }
        case Atom.Element(int index, Formula schema) ->
            all.add(
                new Arrays(
                    holds ? 0 : index + 1,
                    Atom.NO_LIMIT,
                    Map.of(index, holds ? schema : formulas.not(schema)),
                    List.of(),
                    List.of()));
        case Atom.Rest rest when holds ->
            all.add(new Arrays(0, Atom.NO_LIMIT, Map.of(), List.of(rest), List.of()));
        case Atom.Rest(int from, Formula schema) ->
            all.add(contains(from, formulas.not(schema), 1, Atom.NO_LIMIT));
        case Atom.Contains(int from, Formula schema, int least, int most) when holds -> {
          if (least <= most) {
            all.add(contains(from, schema, least, most));
          }
        }
        case Atom.Contains(int from, Formula schema, int least, int most) -> {
          if (least > most) {
            all.add(ALL);
            break;
          }
          if (least > 0) {
            all.add(contains(from, schema, 0, least - 1));
          }
          if (most < Atom.NO_LIMIT) {
            all.add(contains(from, schema, most + 1, Atom.NO_LIMIT));
          }
        }
        default -> throw new IllegalStateException("no atom of arrays");
      }
      return all;
    }

    @Override
    public @Nullable Arrays and(Arrays a, Arrays b) {
      Map<Integer, Formula> elements = new TreeMap<>(a.elements());
      b.elements().forEach((i, each) -> elements.merge(i, each, (x, y) -> formulas.and(x, y)));
      int most = Math.min(a.most(), b.most());
      for (Map.Entry<Integer, Formula> each : elements.entrySet()) {
        most = each.getValue().isFalse() ? Math.min(most, each.getKey()) : most;
      }
      int least = Math.max(a.least(), b.least());
      return least > most
          ? null
          : new Arrays(
              least,
              most,
              elements,
              Objects.distinct(a.rests(), b.rests()),
              Objects.distinct(a.contains(), b.contains()));
    }
  }
}
