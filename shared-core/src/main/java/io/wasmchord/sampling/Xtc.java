package io.wasmchord.sampling;

/** Leaves out the most likely tokens where several are likely, but for the least of these. */
final class Xtc implements SamplerChain.Stage {
  private static final long APART = 0x5851F42D4C957F2DL; // from the numbers of the draw

  private final XtcOptions options;
  private final SplitMix64 random;

  Xtc(XtcOptions options, long seed) {
    this.options = options;
    this.random = new SplitMix64(seed ^ APART);
  }

  @Override
  public void pass(SamplerState words) {
    random.pass(words);
  }

  @Override
  public void apply(Candidates candidates, int[] history, int count) {
    if (!options.active() || random.nextDouble() >= options.probability()) {
      return;
    }
    double[] weights = candidates.weights();
    double least = options.threshold() * candidates.total();
    int likely = 0;
    while (likely < weights.length && weights[likely] >= least) {
      likely++;
    }
    if (likely > 1) {
      candidates.leaveOut(likely - 1);
    }
  }
}
