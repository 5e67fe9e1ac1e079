package io.wasmchord.sampling;

/**
 * Which tokens are left out for being unlikely.
 *
 * @param topK only the k most likely; 0 for all
 * @param topP only the most likely that together reach this probability (Holtzman et al., "The
 *     Curious Case of Neural Text Degeneration"); 1 for all
 * @param minP only those at least this fraction as likely as the most likely (Nguyen et al.,
 *     "Turning Up the Heat"); 0 for all
 * @param typicalP only those whose surprise is nearest to the expected one and that together reach
 *     more than this probability (Meister et al., "Locally Typical Sampling"); 1 for all
 * @param topNSigma only those whose logit is at most so many standard deviations below the best
 *     (Tang et al., "Top-nσ: Not All Logits Are You Need"); 0 for all
 */
public record CutOptions(int topK, float topP, float minP, float typicalP, float topNSigma) {
  public static final Range PROBABILITY = new Range(0, 1);
  public static final Range SIGMA = new Range(0, 100);

  public CutOptions {
    Range.checkCount("top_k", topK);
    PROBABILITY.check("top_p", topP);
    PROBABILITY.check("min_p", minP);
    PROBABILITY.check("typical_p", typicalP);
    SIGMA.check("top_n_sigma", topNSigma);
  }

  /** Without the rarer two. */
  public static CutOptions of(int topK, float topP, float minP) {
    return new CutOptions(topK, topP, minP, 1f, 0f);
  }

  /** Whether the most likely token may be left out. */
  boolean mayCutTheBest() {
    return typicalP < 1f;
  }
}
