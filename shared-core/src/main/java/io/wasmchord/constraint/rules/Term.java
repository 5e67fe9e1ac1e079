package io.wasmchord.constraint.rules;

import io.wasmchord.constraint.automaton.CodePoints;
import java.util.List;

/** What a rule's text is made of. */
public sealed interface Term {
  /** One of some characters. */
  record Chars(CodePoints set) implements Term {}

  /** One after the other; nothing where there are none. */
  record Sequence(List<Term> parts) implements Term {}

  /** One of several. */
  record Choice(List<Term> options) implements Term {}

  /**
   * Several times.
   *
   * @param most at most so often, or {@link #NO_LIMIT}
   */
  record Repeat(Term term, int least, int most) implements Term {}

  /**
   * Another rule.
   *
   * @param at where it is called, for messages
   */
  record Call(String rule, Position at) implements Term {}

  /** Nothing, at the beginning of the text. */
  record AtStart() implements Term {}

  /** Nothing, at the end of the text. */
  record AtEnd() implements Term {}

  /** A place in what was written; line and column from 1. */
  record Position(int line, int column) {}

  /** As often as wanted. */
  int NO_LIMIT = -1;

  /** Nothing. */
  Term EMPTY = new Sequence(List.of());

  /** Any text. */
  Term ANYTHING = new Repeat(new Chars(CodePoints.ALL), 0, NO_LIMIT);

  /** A text as it stands. */
  static Term text(String text) {
    return new Sequence(
        text.codePoints().mapToObj(c -> (Term) new Chars(CodePoints.of(c))).toList());
  }
}
