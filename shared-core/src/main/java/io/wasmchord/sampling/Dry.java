package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;
import java.util.HashMap;
import java.util.Map;

/** Makes tokens less likely that would go on with a repetition. */
final class Dry implements SamplerChain.Stage {
  private static final double MOST = 1e6; // subtracted: no token is that likely

  private final DryOptions options;
  private final Breakers breakers;

  Dry(DryOptions options, Breakers breakers) {
    this.options = options;
    this.breakers = breakers;
  }

  @Override
  public void apply(Candidates candidates, int[] history, int count) {
    int window = options.window() == 0 ? count : Math.min(count, options.window());
    int limit = breakers.since(history, count - window, count);
    if (window <= options.allowedLength() || limit < options.allowedLength()) {
      return;
    }
    repeated(history, count - window, count, limit)
        .forEach((token, length) -> {
          if (candidates.has(token) && !breakers.isOne(token)) {
            candidates.change(token, (float) (candidates.logitOf(token) - penalty(length)));
          }
        });
  }

  private double penalty(int length) {
    double grown = DoubleMath.pow(options.base(), length - options.allowedLength());
    return Math.min(MOST, options.multiplier() * grown);
  }

  /**
   * For each token that would go on with a repetition, the longest: of the last tokens, how many
   * came before it earlier. Gusfield's Z algorithm from the end, so linear in the window.
   */
  private Map<Integer, Integer> repeated(int[] history, int from, int count, int limit) {
    int window = count - from;
    int[] same = new int[window]; // tokens that end at the place this far back, and the last ones
    Map<Integer, Integer> longest = new HashMap<>();
    int left = 0;
    int right = 0; // of the stretch known to be the same
    for (int back = 1; back < window; back++) {
      int n = back < right ? Math.min(right - back, same[back - left]) : 0;
      while (back + n < window && history[count - 1 - n] == history[count - 1 - back - n]) {
        n++;
      }
      same[back] = n;
      if (back + n > right) {
        left = back;
        right = back + n;
      }
      int length = Math.min(n, limit);
      if (length >= options.allowedLength()) {
        longest.merge(history[count - back], length, Math::max);
      }
    }
    return longest;
  }
}
