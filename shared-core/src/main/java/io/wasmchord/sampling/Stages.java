package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;
import java.util.Arrays;
import java.util.Comparator;

/** The stages that look at nothing but the candidates. */
final class Stages {
  private Stages() {}

  /** Leaves the {@code k} most likely; 0 for all. */
  static SamplerChain.Stage topK(int k) {
    return (candidates, history, count) -> candidates.keep(k == 0 ? Integer.MAX_VALUE : k);
  }

  /** Leaves the most likely that together reach {@code p}; 1 for all. */
  static SamplerChain.Stage topP(float p) {
    return (candidates, history, count) -> {
      if (p < 1f) {
        cut(candidates, p);
      }
    };
  }

  private static void cut(Candidates candidates, float p) {
    double[] weights = candidates.weights();
    double total = candidates.total();
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      if (sum >= p * total) {
        candidates.keep(i + 1);
        return;
      }
    }
  }

  /** Leaves those at least {@code p} times as likely as the best. */
  static SamplerChain.Stage minP(float p) {
    return (candidates, history, count) -> {
      double[] weights = candidates.weights();
      for (int i = 1; i < weights.length; i++) {
        if (weights[i] < p) { // the best candidate's weight is 1
          candidates.keep(i);
          return;
        }
      }
    };
  }

  /** Leaves those at most {@code n} standard deviations below the best; 0 for all. */
  static SamplerChain.Stage topNSigma(float n) {
    return (candidates, history, count) -> {
      if (n > 0f) {
        candidates.keepNear(n * candidates.spread().deviation());
      }
    };
  }

  /**
   * Leaves those whose surprise is nearest to the expected one and that reach more than {@code p};
   * 1 for all.
   */
  static SamplerChain.Stage typicalP(float p) {
    return (candidates, history, count) -> {
      if (p < 1f) {
        keepTypical(candidates, p);
      }
    };
  }

  private static void keepTypical(Candidates candidates, float p) {
    double[] weights = candidates.weights();
    double total = candidates.total();
    double entropy = candidates.entropy();
    Integer[] nearest = new Integer[weights.length];
    double[] away = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      nearest[i] = i;
      away[i] = Math.abs(-DoubleMath.log(weights[i] / total) - entropy);
    }
    Arrays.sort(nearest, Comparator.comparingDouble(i -> away[i])); // equals stay in their order
    boolean[] wanted = new boolean[weights.length];
    double sum = 0;
    for (int i = 0; i < nearest.length && sum <= p * total; i++) {
      wanted[nearest[i]] = true;
      sum += weights[nearest[i]];
    }
    candidates.keep(wanted);
  }

  /** Makes all that follows see logits at this temperature. */
  static SamplerChain.Stage temperature(TemperatureOptions options) {
    return (candidates, history, count) -> {
      double to = options.range() > 0f ? dynamic(candidates, options) : options.value();
      if (to > 0) {
        candidates.temper(to);
      } else {
        candidates.keep(1);
      }
    };
  }

  private static double dynamic(Candidates candidates, TemperatureOptions options) {
    int n = candidates.size();
    if (n == 1) {
      return 1;
    }
    double least = Math.max(0, options.value() - options.range());
    double most = options.value() + options.range();
    double share = Math.min(1, Math.max(0, candidates.entropy() / DoubleMath.log(n)));
    double raised =
        options.exponent() == 0f ? 1 : share == 0 ? 0 : DoubleMath.pow(share, options.exponent());
    return least + (most - least) * raised;
  }
}
