package io.wasmchord.session.speculation;

import io.wasmchord.errors.InvalidRequestException;

/**
 * Whether tokens are proposed ahead of the model, and by what. Answers do not depend on it.
 *
 * @param kind what proposes them
 * @param ngram how many tokens of the answer's end are looked for at most, 1 to {@link #MOST_NGRAM}
 * @param tokens how many are proposed at once at most, 1 to {@link #MOST_TOKENS}
 * @param prediction a text that the answer is likely to have parts of; empty for none
 */
public record SpeculationOptions(Kind kind, int ngram, int tokens, String prediction) {
  /** The longest n-gram. */
  public static final int MOST_NGRAM = 64;

  /** The most tokens at once. */
  public static final int MOST_TOKENS = 64;

  private static final int USUAL_NGRAM = 8;
  private static final int USUAL_TOKENS = 31;

  /** Nothing is proposed. */
  public static final SpeculationOptions OFF = of(Kind.OFF);

  /** Where the last tokens stood before, what followed there is proposed. */
  public static final SpeculationOptions LOOKUP = of(Kind.LOOKUP);

  /** A smaller model proposes. */
  public static final SpeculationOptions DRAFT = of(Kind.DRAFT);

  /** What proposes tokens. */
  public enum Kind {
    OFF,
    /** The prompt and the answer so far. */
    LOOKUP,
    /** A smaller model. */
    DRAFT
  }

  /**
   * Checks the numbers.
   *
   * @throws InvalidRequestException when one is out of its bounds
   */
  public SpeculationOptions {
    within("ngram", ngram, MOST_NGRAM);
    within("tokens", tokens, MOST_TOKENS);
  }

  /** A kind with the usual numbers. */
  public static SpeculationOptions of(Kind kind) {
    return new SpeculationOptions(kind, USUAL_NGRAM, USUAL_TOKENS, "");
  }

  /** The same with a text that the answer is likely to have parts of. */
  public SpeculationOptions withPrediction(String other) {
    return new SpeculationOptions(kind, ngram, tokens, other);
  }

  private static void within(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new InvalidRequestException(
          "speculation." + name + " is " + value + "; it must be within 1.." + most);
    }
  }
}
