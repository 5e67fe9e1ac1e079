package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 for greedy; higher is more random
 * @param topK only the k most likely tokens; 0 for all
 * @param topP only the most likely tokens that together reach this probability; 1 for all
 * @param minP only tokens at least this fraction as likely as the most likely; 0 for all
 * @param repetitionPenalty divides positive and multiplies negative logits of recent tokens; 1 for
 *     none
 * @param frequencyPenalty is subtracted for each recent occurrence; 0 for none
 * @param presencePenalty is subtracted once for each recent token; 0 for none
 * @param penaltyWindow how many recent tokens the penalties look at
 * @param seed of the random numbers; the same seed gives the same text on every platform
 */
public record SamplerOptions(
    float temperature,
    int topK,
    float topP,
    float minP,
    float repetitionPenalty,
    float frequencyPenalty,
    float presencePenalty,
    int penaltyWindow,
    long seed) {
  public SamplerOptions {
    check("temperature", temperature, 0, 100);
    check("top_k", topK);
    check("top_p", topP, 0, 1);
    check("min_p", minP, 0, 1);
    check("repetition_penalty", repetitionPenalty, 1e-3f, 1000);
    check("frequency_penalty", frequencyPenalty, -100, 100);
    check("presence_penalty", presencePenalty, -100, 100);
    check("penalty_window", penaltyWindow);
  }

  private static void check(String name, float value, float least, float most) {
    if (!(value >= least && value <= most)) { // what is no number is not within either
      throw new InvalidRequestException(
          name + " is " + value + "; it must be from " + least + " to " + most);
    }
  }

  private static void check(String name, int value) {
    if (value < 0) {
      throw new InvalidRequestException(name + " is " + value + "; it must not be negative");
    }
  }

  /** Temperature 0.8, top-k 40, top-p 0.95, min-p 0.05, no penalties, over a window of 64. */
  public static SamplerOptions defaults(long seed) {
    return new SamplerOptions(0.8f, 40, 0.95f, 0.05f, 1f, 0f, 0f, 64, seed);
  }

  /** Whether the choice is always the largest logit as the model gives it. */
  public boolean largestOnly() {
    return temperature == 0f && !penalizes();
  }

  /** Whether recent tokens change logits. */
  boolean penalizes() {
    return repetitionPenalty != 1f || frequencyPenalty != 0f || presencePenalty != 0f;
  }

  /** Always the most likely token. */
  public static SamplerOptions greedy() {
    return new SamplerOptions(0f, 0, 1f, 0f, 1f, 0f, 0f, 64, 0);
  }
}
