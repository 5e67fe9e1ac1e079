package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;
import java.util.Arrays;

/**
 * The distribution that a row of logits stands for: {@code logprob(i) = (logit(i) - max) - log(sum
 * of exp(logit(j) - max))}, in double precision, summed by ascending ids. Every platform gives the
 * same bits.
 */
public final class LogSoftmax {
  private final float[] logits;
  private final int from;
  private final int count;
  private final double max;
  private final double logTotal;

  /**
   * @param logits finite or minus infinity, and not all minus infinity; they are not copied
   * @param from the first of them
   * @param count how many tokens there are
   */
  public LogSoftmax(float[] logits, int from, int count) {
    this.logits = logits;
    this.from = from;
    this.count = count;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, logits[from + i]);
    }
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += DoubleMath.exp((double) logits[from + i] - most);
    }
    this.max = most;
    this.logTotal = DoubleMath.log(total);
  }

  /** The natural logarithm of a token's probability; minus infinity for one that cannot come. */
  public double of(int id) {
    return (logits[from + id] - max) - logTotal;
  }

  /** The most likely token, the lowest id of equals. */
  public int best() {
    int best = 0;
    for (int id = 1; id < count; id++) {
      best = logits[from + id] > logits[from + best] ? id : best;
    }
    return best;
  }

  /** Up to {@code most} tokens that can come, the most likely first, equal ones by their ids. */
  public int[] best(int most) {
    int[] best = new int[Math.min(most, count)];
    int kept = 0;
    for (int id = 0; id < count; id++) {
      float logit = logits[from + id];
      if (logit == Float.NEGATIVE_INFINITY
          || (kept == best.length && (kept == 0 || logit <= logits[from + best[kept - 1]]))) {
        continue;
      }
      int place = kept == best.length ? kept - 1 : kept++;
      while (place > 0 && logits[from + best[place - 1]] < logit) {
        best[place] = best[place - 1];
        place--;
      }
      best[place] = id;
    }
    return Arrays.copyOf(best, kept);
  }
}
