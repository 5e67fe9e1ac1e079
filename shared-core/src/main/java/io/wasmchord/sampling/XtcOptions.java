package io.wasmchord.sampling;

/**
 * Leaves out the most likely tokens where several are likely, but for the least of these (p-e-w's
 * "Exclude Top Choices").
 *
 * @param probability how often; 0 for never
 * @param threshold from which probability on a token is likely; above 0.5 there are never two
 */
public record XtcOptions(float probability, float threshold) {
  public XtcOptions {
    CutOptions.PROBABILITY.check("xtc_probability", probability);
    CutOptions.PROBABILITY.check("xtc_threshold", threshold);
  }

  boolean active() {
    return probability > 0f && threshold <= 0.5f;
  }
}
