package io.wasmchord.constraint.regex;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.rules.Rules;
import io.wasmchord.constraint.rules.Term;
import io.wasmchord.errors.ConstraintLimitException;
import io.wasmchord.errors.InvalidGrammarException;
import java.util.List;

/** Texts that a regular expression matches as a whole. */
public final class PatternFrame {
  private PatternFrame() {}

  /**
   * The texts that {@code pattern} matches from beginning to end.
   *
   * @throws InvalidGrammarException when it cannot be read or enforced, or matches no text
   * @throws ConstraintLimitException when it takes too many states
   */
  public static Frame of(String pattern, PatternFlags flags) {
    Term term = PatternParser.whole(pattern, flags);
    Dfa texts;
    try {
      texts = Dfa.of(term);
    } catch (ConstraintLimitException e) {
      if (hasAnchors(term)) {
        throw e;
      }
      return Rules.frame(term); // its states are made as they are reached
    }
    if (texts.isEmpty()) {
      throw new InvalidGrammarException(1, 1, "pattern: it matches no text");
    }
    return new DfaFrame(texts, 0);
  }

  private static boolean hasAnchors(Term term) {
    return switch (term) {
      case Term.AtStart start -> true;
      case Term.AtEnd end -> true;
      case Term.Sequence(List<Term> parts) -> parts.stream().anyMatch(PatternFrame::hasAnchors);
      case Term.Choice(List<Term> options) -> options.stream().anyMatch(PatternFrame::hasAnchors);
      case Term.Repeat repeat -> hasAnchors(repeat.term());
      case Term.Chars chars -> false;
      case Term.Call call -> false;
    };
  }
}
