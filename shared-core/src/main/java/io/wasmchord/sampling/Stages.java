package io.wasmchord.sampling;

/** The stages that need nothing but a number. */
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
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
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

  /** Makes all that follows see probabilities at this temperature. */
  static SamplerChain.Stage temperature(float temperature) {
    return (candidates, history, count) -> candidates.temper(temperature);
  }
}
