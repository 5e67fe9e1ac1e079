package io.wasmchord.sampling;

/** Makes tokens less likely that have come of late. */
final class Penalties implements SamplerChain.Stage {
  private final PenaltyOptions options;

  Penalties(PenaltyOptions options) {
    this.options = options;
  }

  @Override
  public void apply(Candidates candidates, int[] history, int count) {
    int from = Math.max(0, count - options.window());
    for (int i = from; i < count; i++) {
      int id = history[i];
      int occurrences = 0;
      boolean first = true;
      for (int k = from; k < count; k++) {
        occurrences += history[k] == id ? 1 : 0;
        first &= k >= i || history[k] != id;
      }
      if (first && candidates.has(id)) {
        candidates.change(id, penalized(candidates.logitOf(id), occurrences));
      }
    }
  }

  private float penalized(float logit, int occurrences) {
    float scaled = logit > 0f ? logit / options.repetition() : logit * options.repetition();
    return scaled - occurrences * options.frequency() - options.presence();
  }
}
