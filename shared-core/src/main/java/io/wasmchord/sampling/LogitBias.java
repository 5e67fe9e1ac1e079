package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;

/** What is added to a token's logit, before all samplers; minus infinity forbids it. */
public sealed interface LogitBias {
  /** The largest number, but for minus infinity. */
  float MOST = 1000f;

  /** What is added. */
  float bias();

  /** For a token by its id. */
  record OfToken(int id, float bias) implements LogitBias {
    public OfToken {
      check(bias);
      if (id < 0) {
        throw new InvalidRequestException("logit_bias names token " + id + "; ids begin at 0");
      }
    }
  }

  /** For each of the tokens that spell a text. */
  record OfText(String text, float bias) implements LogitBias {
    public OfText {
      check(bias);
      if (text.isEmpty()) {
        throw new InvalidRequestException("logit_bias names an empty text; give one that is not");
      }
    }
  }

  private static void check(float bias) {
    if (!(Math.abs(bias) <= MOST) && bias != Float.NEGATIVE_INFINITY) {
      throw new InvalidRequestException(
          "logit_bias has " + bias + "; it is from " + -MOST + " to " + MOST + ", or false");
    }
  }
}
