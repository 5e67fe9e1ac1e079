package io.wasmchord.sampling;

/**
 * Draws tokens whose probability is near a target, which moves so that the average gets there
 * (llama.cpp's "adaptive-p").
 *
 * @param target the probability; below 0 for none
 * @param decay how much an earlier choice counts beside the next one
 */
public record AdaptiveOptions(float target, float decay) {
  public static final Range TARGET = new Range(-1, 1);
  public static final Range DECAY = new Range(0, 0.99);

  /** For none; behind the ranges, which it is checked by. */
  public static final AdaptiveOptions NONE = new AdaptiveOptions(-1f, 0.9f);

  public AdaptiveOptions {
    TARGET.check("adaptive_target", target);
    DECAY.check("adaptive_decay", decay);
  }

  boolean active() {
    return target >= 0f;
  }
}
