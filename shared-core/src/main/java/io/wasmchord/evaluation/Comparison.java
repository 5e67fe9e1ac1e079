package io.wasmchord.evaluation;

/**
 * How a model differs from a reference over the same tokens.
 *
 * @param perplexity the model's
 * @param reference the reference's
 * @param divergence of the model's distribution from the reference's
 * @param agreement the share of tokens whose most likely successor is the same
 */
public record Comparison(
    Perplexity perplexity, Perplexity reference, Divergence divergence, double agreement) {
  /** KL divergence in nats: the sum over all tokens of p (ln p - ln q), p the reference's. */
  public record Divergence(double mean, double error, double median, double most99, double most) {
    static Divergence of(Statistic all) {
      return new Divergence(
          all.mean(), all.error(), all.quantile(0.5), all.quantile(0.99), all.quantile(1));
    }
  }
}
