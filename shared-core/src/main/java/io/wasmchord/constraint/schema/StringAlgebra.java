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
    return switch (atom) {
      case Atom.Text(Dfa texts) ->
          List.of(new Strings(holds ? texts : texts.not(), 0, Atom.NO_LIMIT));
      case Atom.Length(int least, int most) when holds ->
          List.of(new Strings(Dfa.ANYTHING, least, most));
      case Atom.Length(int least, int most) -> {
        List<Strings> outside = new ArrayList<>();
        if (least > 0) {
          outside.add(new Strings(Dfa.ANYTHING, 0, least - 1));
        }
        if (most < Atom.NO_LIMIT) {
          outside.add(new Strings(Dfa.ANYTHING, most + 1, Atom.NO_LIMIT));
        }
        yield outside;
      }
      default -> throw new IllegalStateException("no atom of strings");
    };
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
