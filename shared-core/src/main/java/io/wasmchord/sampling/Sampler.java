package io.wasmchord.sampling;

import io.wasmchord.errors.GenerationException;
import io.wasmchord.math.DoubleMath;

/**
 * Chooses tokens: penalties, top-k, top-p, min-p, temperature, then a draw; the order of
 * llama.cpp's default chain. All arithmetic is our own, so a seed gives the same choice on every
 * platform.
 */
public final class Sampler {
  private final SamplerOptions options;
  private final SplitMix64 random;

  public Sampler(SamplerOptions options) {
    this.options = options;
    this.random = new SplitMix64(options.seed());
  }

  /**
   * The next token. Among equal logits the lowest id counts as the most likely.
   *
   * @param logits one a token; changed by the penalties. Minus infinity means never
   * @param history all tokens so far, of which the penalties look at the last
   * @param count how many of {@code history} are filled; also the position, for messages
   * @throws GenerationException when a logit is NaN or plus infinity, or all are minus infinity
   */
  public int sample(float[] logits, int[] history, int count) {
    check(logits, count);
    penalize(logits, history, count);
    if (options.temperature() == 0f) {
      return argmax(logits);
    }
    Candidates candidates = new Candidates(logits, options.topK());
    double[] weights = weights(candidates, 1);
    topP(candidates, weights);
    minP(candidates, weights);
    return draw(candidates, weights(candidates, options.temperature()));
  }

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
    boolean possible = false;
    for (float logit : logits) {
      if (!(logit < Float.POSITIVE_INFINITY)) {
        broken++;
      } else if (logit > Float.NEGATIVE_INFINITY) {
        possible = true;
      }
    }
    if (broken > 0 || !possible) {
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

  private void penalize(float[] logits, int[] history, int count) {
    if (!options.penalizes()) {
      return;
    }
    int from = Math.max(0, count - options.penaltyWindow());
    for (int i = from; i < count; i++) {
      int id = history[i];
      int occurrences = 0;
      boolean first = true;
      for (int k = from; k < count; k++) {
        occurrences += history[k] == id ? 1 : 0;
        first &= k >= i || history[k] != id;
      }
      if (first && id >= 0 && id < logits.length) {
        float logit = logits[id];
        logit =
            logit > 0f ? logit / options.repetitionPenalty() : logit * options.repetitionPenalty();
        logits[id] = logit - occurrences * options.frequencyPenalty() - options.presencePenalty();
      }
    }
  }

  /** {@code exp((logit - max) / temperature)} of each candidate. */
  private static double[] weights(Candidates candidates, double temperature) {
    double[] weights = new double[candidates.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] =
          DoubleMath.exp(((double) candidates.logit(i) - candidates.logit(0)) / temperature);
    }
    return weights;
  }

  private void topP(Candidates candidates, double[] weights) {
    if (options.topP() >= 1f) {
      return;
    }
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double sum = 0;
    for (int i = 0; i < candidates.size(); i++) {
      sum += weights[i];
      if (sum >= options.topP() * total) {
        candidates.truncate(i + 1);
        return;
      }
    }
  }

  private void minP(Candidates candidates, double[] weights) {
    for (int i = 1; i < candidates.size(); i++) {
      if (weights[i] < options.minP()) { // the best candidate's weight is 1
        candidates.truncate(i);
        return;
      }
    }
  }

  private int draw(Candidates candidates, double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double target = random.nextDouble() * total;
    for (int i = 0; i < weights.length; i++) {
      target -= weights[i];
      if (target < 0) {
        return candidates.id(i);
      }
    }
    return candidates.id(0);
  }
}
