package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;

/**
 * That it is told how likely each token was.
 *
 * @param most how many of the most likely tokens are named beside it
 * @param afterSamplers of what the samplers have left, in place of the model's own distribution
 * @param prompt whether the prompt's tokens are wanted too; they have the model's distribution
 */
public record ScoreOptions(int most, boolean afterSamplers, boolean prompt) {
  /** The largest {@link #most}, as OpenAI has it. */
  public static final int MOST = 20;

  public ScoreOptions {
    if (most < 0 || most > MOST) {
      throw new InvalidRequestException(
          most + " likely tokens are to be named beside each; it may be 0 to " + MOST);
    }
  }

  /** Of an answer's tokens, by the model's own distribution. */
  public static ScoreOptions of(int most) {
    return new ScoreOptions(most, false, false);
  }
}
