package io.wasmchord.sampling;

/** Takes a candidate at random, each as often as it is likely. */
final class Draw implements SamplerChain.Choice {
  private final SplitMix64 random;

  Draw(long seed) {
    random = new SplitMix64(seed);
  }

  @Override
  public void pass(SamplerState words) {
    random.pass(words);
  }

  @Override
  public int choose(Candidates candidates) {
    return candidates.id(place(candidates.weights(), candidates.total()));
  }

  /** The place of one of {@code weights}, each as often as it weighs of {@code total}. */
  int place(double[] weights, double total) {
    double target = random.nextDouble() * total;
    for (int i = 0; i < weights.length; i++) {
      target -= weights[i];
      if (target < 0) {
        return i;
      }
    }
    return 0;
  }
}
