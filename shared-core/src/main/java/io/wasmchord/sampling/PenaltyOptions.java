package io.wasmchord.sampling;

/**
 * Makes recent tokens less likely, or more.
 *
 * @param repetition divides positive and multiplies negative logits of recent tokens; 1 for none
 * @param frequency is subtracted for each recent occurrence; 0 for none
 * @param presence is subtracted once for each recent token; 0 for none
 * @param window how many tokens are recent
 */
public record PenaltyOptions(float repetition, float frequency, float presence, int window) {
  public static final Range REPETITION = new Range(1e-3, 1000);
  public static final Range PENALTY = new Range(-100, 100);

  public PenaltyOptions {
    REPETITION.check("repetition_penalty", repetition);
    PENALTY.check("frequency_penalty", frequency);
    PENALTY.check("presence_penalty", presence);
    Range.checkCount("repeat_last_n", window);
  }

  boolean active() {
    return window > 0 && (repetition != 1f || frequency != 0f || presence != 0f);
  }
}
