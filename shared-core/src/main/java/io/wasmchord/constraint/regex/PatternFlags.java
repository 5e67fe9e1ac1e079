package io.wasmchord.constraint.regex;

import io.wasmchord.errors.InvalidGrammarException;

/** How a pattern is read. */
public record PatternFlags(boolean ignoreCase, boolean dotAll) {
  /** As it stands. */
  public static final PatternFlags NONE = new PatternFlags(false, false);

  /**
   * JavaScript's flags. Those that change only how matches are looked for mean nothing here.
   *
   * @throws InvalidGrammarException when there is no such flag, or it cannot be enforced
   */
  public static PatternFlags of(String letters) {
    for (int i = 0; i < letters.length(); i++) {
      if ("dgisuvy".indexOf(letters.charAt(i)) < 0) {
        throw new InvalidGrammarException(
            1, i + 1, "the pattern's flag '" + letters.charAt(i) + "' is not supported");
      }
    }
    return new PatternFlags(letters.indexOf('i') >= 0, letters.indexOf('s') >= 0);
  }
}
