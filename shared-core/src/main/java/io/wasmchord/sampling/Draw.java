package io.wasmchord.sampling;

/** Takes a candidate at random, each as often as it is likely. */
final class Draw implements SamplerChain.Choice {
  private final SplitMix64 random;

  Draw(long seed) {
    random = new SplitMix64(seed);
  }

  @Override
  public int choose(Candidates candidates) {
    double[] weights = candidates.weights();
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
