package io.wasmchord.constraint.schema;

import io.wasmchord.errors.ConstraintLimitException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes formulas, and simplifies what is plain to see. */
final class Formulas {
  private static final int MOST = 1 << 17;

  private record Key(Formula.Op op, List<Formula> parts, @Nullable Object leaf) {}

  private final Map<Key, Formula> known = new HashMap<>();
  final Formula yes = make(Formula.Op.TRUE, List.of(), null);
  final Formula no = make(Formula.Op.FALSE, List.of(), null);

  private Formula make(Formula.Op op, List<Formula> parts, @Nullable Object leaf) {
    Key key = new Key(op, parts, leaf);
    Formula found = known.get(key);
    if (found == null) {
      if (known.size() >= MOST) {
        throw new ConstraintLimitException(
            "the schema combines into too many cases; use fewer of oneOf, not, if and contains");
      }
      found = new Formula(known.size(), op, parts, leaf);
      known.put(key, found);
    }
    return found;
  }

  Formula of(boolean value) {
    return value ? yes : no;
  }

  Formula of(Atom atom) {
    return make(Formula.Op.ATOM, List.of(), atom);
  }

  Formula of(Place place) {
    return make(Formula.Op.SCHEMA, List.of(), place);
  }

  Formula types(int kinds) {
    return kinds == Kind.ALL ? yes : of(new Atom.Type(kinds));
  }

  Formula and(Formula... parts) {
    return and(List.of(parts));
  }

  Formula and(List<Formula> parts) {
    return join(Formula.Op.AND, parts, yes, no);
  }

  Formula or(List<Formula> parts) {
    return join(Formula.Op.OR, parts, no, yes);
  }

  private Formula join(Formula.Op op, List<Formula> parts, Formula neutral, Formula end) {
    TreeMap<Integer, Formula> all = new TreeMap<>();
    for (Formula part : parts) {
      if (part.op() == op) {
        part.parts().forEach(inner -> all.put(inner.id(), inner));
      } else {
        all.put(part.id(), part);
      }
    }
    all.remove(neutral.id());
    boolean opposite = all.values().stream().anyMatch(part -> all.containsKey(oppositeId(part)));
    if (opposite || all.containsKey(end.id())) {
      return end;
    }
    return all.size() == 1
        ? all.firstEntry().getValue()
        : all.isEmpty() ? neutral : make(op, List.copyOf(all.values()), null);
  }

  /** The id of what a formula denies, or -1. */
  private static int oppositeId(Formula part) {
    return part.op() == Formula.Op.NOT ? part.parts().getFirst().id() : -1;
  }

  Formula oneOf(List<Formula> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : make(Formula.Op.ONE_OF, new ArrayList<>(parts), null);
  }

  Formula not(Formula formula) {
    return switch (formula.op()) {
      case TRUE -> no;
      case FALSE -> yes;
      case NOT -> formula.parts().getFirst();
      case AND -> or(formula.parts().stream().map(this::not).toList());
      case OR -> and(formula.parts().stream().map(this::not).toList());
      case ATOM ->
          formula.atom() instanceof Atom.Type(int kinds)
              ? types(Kind.ALL & ~kinds)
              : make(Formula.Op.NOT, List.of(formula), null);
      case SCHEMA, ONE_OF -> make(Formula.Op.NOT, List.of(formula), null);
    };
  }
}
