package io.wasmchord.constraint.schema;

import io.wasmchord.constraint.regex.Dfa;

/**
 * Some strings.
 *
 * @param least characters, at least
 * @param most characters, at most
 */
record Strings(Dfa texts, int least, int most) {
  static final Strings ALL = new Strings(Dfa.ANYTHING, 0, Atom.NO_LIMIT);

  boolean limited() {
    return least > 0 || most < Atom.NO_LIMIT;
  }

  /** One automaton of them. */
  Dfa dfa() {
    return limited() ? texts.and(Dfa.lengths(least, most)) : texts;
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return texts.isEmpty() || least > most || (limited() && !texts.isAll() && dfa().isEmpty());
  }
}
