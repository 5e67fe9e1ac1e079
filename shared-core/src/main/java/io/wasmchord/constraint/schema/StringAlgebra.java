package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings. */
final class StringAlgebra implements Algebra<Strings> {
  @Override
  public Strings all() {
    return Strings.ALL;
  }

  @Override
  public List<Strings> of(Atom atom, boolean holds) {
    if (atom instanceof Atom.Text text) {
      Dfa texts = holds ? text.texts() : text.texts().not();
      return List.of(new Strings(texts, 0, Atom.NO_LIMIT));
    }
    if (atom instanceof Atom.Length length) {
      return holds
          ? List.of(new Strings(Dfa.ANYTHING, length.least(), length.most()))
          : outside(length);
    }
    throw new IllegalStateException("no atom of strings");
  }

  private static List<Strings> outside(Atom.Length length) {
    List<Strings> outside = new ArrayList<>();
    if (length.least() > 0) {
      outside.add(new Strings(Dfa.ANYTHING, 0, length.least() - 1));
    }
    if (length.most() < Atom.NO_LIMIT) {
      outside.add(new Strings(Dfa.ANYTHING, length.most() + 1, Atom.NO_LIMIT));
    }
    return outside;
  }

  @Override
  public @Nullable Strings and(Strings a, Strings b) {
    Strings both =
        new Strings(
            a.texts().and(b.texts()), Math.max(a.least(), b.least()), Math.min(a.most(), b.most()));
    return both.isEmpty() ? null : both;
  }

  @Override
  public List<Strings> joined(List<Strings> alternatives) {
    List<Dfa> unlimited = new ArrayList<>();
    List<Strings> all = new ArrayList<>();
    for (Strings each : alternatives) {
      if (each.limited()) {
        all.add(each);
      } else {
        unlimited.add(each.texts());
      }
    }
    Dfa texts = Dfa.anyOf(unlimited);
    if (texts.isAll()) {
      return List.of(Strings.ALL);
    }
    if (!texts.isEmpty()) {
      all.add(new Strings(texts, 0, Atom.NO_LIMIT));
    }
    return all;
  }
}
