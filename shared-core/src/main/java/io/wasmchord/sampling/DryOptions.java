package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;

/**
 * Makes tokens less likely that would go on with a repetition, the more the longer it is: {@code
 * multiplier * base ^ (length - allowedLength)} is subtracted (p-e-w's "DRY", as llama.cpp has it).
 *
 * @param multiplier 0 for none
 * @param allowedLength a repetition of fewer tokens is free
 * @param window how many of the last tokens are looked at; 0 for all
 * @param breakers texts that no repetition goes across
 */
public record DryOptions(
    float multiplier, float base, int allowedLength, int window, List<String> breakers) {
  public static final Range MULTIPLIER = new Range(0, 100);
  public static final Range BASE = new Range(1, 100);

  /** The most texts, and the most UTF-16 units of each. */
  public static final int MOST_BREAKERS = 64;

  public static final int LONGEST_BREAKER = 40;

  public DryOptions {
    MULTIPLIER.check("dry_multiplier", multiplier);
    BASE.check("dry_base", base);
    Range.checkCount("dry_allowed_length", allowedLength);
    Range.checkCount("dry_penalty_last_n", window);
    breakers = List.copyOf(breakers);
    if (breakers.size() > MOST_BREAKERS) {
      throw new InvalidRequestException(
          "dry_sequence_breakers has " + breakers.size() + " texts; give at most " + MOST_BREAKERS);
    }
    for (String breaker : breakers) {
      if (breaker.isEmpty() || breaker.length() > LONGEST_BREAKER) {
        throw new InvalidRequestException(
            "dry_sequence_breakers has a text of "
                + breaker.length()
                + " characters; each has from 1 to "
                + LONGEST_BREAKER);
      }
    }
  }

  /** What llama.cpp takes where a request says nothing, with another multiplier. */
  public static DryOptions of(float multiplier) {
    return new DryOptions(multiplier, 1.75f, 2, 0, List.of("\n", ":", "\"", "*"));
  }

  boolean active() {
    return multiplier > 0f;
  }
}
