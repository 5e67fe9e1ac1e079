package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.text.AnyJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Numbers, by how they are written. */
final class NumberAlgebra implements Algebra<Dfa> {
  @Override
  public Dfa all() {
    return AnyJson.NUMBER;
  }

  @Override
  public List<Dfa> of(Atom atom, boolean holds) {
    if (atom instanceof Atom.Digits(Dfa yes, Dfa no)) {
      Dfa texts = holds ? yes : no;
      return texts.isEmpty() ? List.of() : List.of(texts);
    }
    throw new IllegalStateException("no atom of numbers");
  }

  @Override
  public @Nullable Dfa and(Dfa a, Dfa b) {
    Dfa both = a.equals(all()) ? b : b.equals(all()) ? a : a.and(b);
    return both.isEmpty() ? null : both;
  }

  @Override
  public List<Dfa> joined(List<Dfa> alternatives) {
    return alternatives.size() < 2 ? alternatives : List.of(Dfa.anyOf(alternatives));
  }
}
