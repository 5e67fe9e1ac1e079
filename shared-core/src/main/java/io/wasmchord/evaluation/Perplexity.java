package io.wasmchord.evaluation;

import io.wasmchord.math.DoubleMath;

/**
 * How surprised a model is by a text: e to the mean of minus the log-probabilities of its scored
 * tokens.
 *
 * @param value of all scored tokens
 * @param error the standard error, to first order
 * @param tokens how many were scored
 */
public record Perplexity(double value, double error, int tokens) {
  static Perplexity of(Statistic surprises) {
    double value = DoubleMath.exp(surprises.mean());
    return new Perplexity(value, value * surprises.error(), surprises.count());
  }
}
