package io.wasmchord.sampling;

import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;

/** Logits as a model gives them: one a token, minus infinity for what may never come. */
public final class Logits {
  private Logits() {}

  /** The id of the largest logit, the lowest of equals. */
  public static int argmax(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  /**
   * Checks that a choice is possible.
   *
   * @throws GenerationException when a logit is NaN or plus infinity, or all are minus infinity
   */
  public static void check(float[] logits, int position) {
    int broken = 0;
    for (float logit : logits) {
      broken += logit < Float.POSITIVE_INFINITY ? 0 : 1;
    }
    if (broken > 0 || !possible(logits)) {
      String what =
          broken > 0
              ? broken + " of " + logits.length + " logits are not finite"
              : "all logits are minus infinity";
      throw new GenerationException(
          "at position "
              + position
              + " "
              + what
              + "; the model's weights are damaged or overflow: download the file again");
    }
  }

  /**
   * Checks that a constraint and what is added to logits have left a choice.
   *
   * @throws GenerationException when it has not
   */
  static void checkAllowed(float[] logits, int position) {
    if (!possible(logits)) {
      throw new GenerationException(
          "at position "
              + position
              + " the request's constraint and logit_bias allow no token; widen them, or ask without");
    }
  }

  /**
   * Checks what a caller's processor has left.
   *
   * @throws InvalidRequestException when a logit is NaN or plus infinity, or all are minus infinity
   */
  public static void checkProcessed(float[] logits, int position) {
    for (int id = 0; id < logits.length; id++) {
      if (!(logits[id] < Float.POSITIVE_INFINITY)) {
        throw new InvalidRequestException(
            "at position "
                + position
                + " the logits processor set the logit of token "
                + id
                + " to "
                + logits[id]
                + "; set finite numbers, or minus infinity for a token that may not come");
      }
    }
    if (!possible(logits)) {
      throw new InvalidRequestException(
          "at position " + position + " the logits processor left no token; leave at least one");
    }
  }

  private static boolean possible(float[] logits) {
    for (float logit : logits) {
      if (logit > Float.NEGATIVE_INFINITY) {
        return true;
      }
    }
    return false;
  }
}
