package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;

/** Draws among the tokens that are not too surprising, and learns how surprising they may be. */
final class Mirostat implements SamplerChain.Choice {
  private static final int SEEN = 100; // tokens from which the first version tells the distribution
  private static final double LN2 = DoubleMath.log(2);

  private final MirostatOptions options;
  private final Draw draw;
  private double most; // surprise, in bits

  Mirostat(MirostatOptions options, long seed) {
    this.options = options;
    this.draw = new Draw(seed);
    this.most = 2.0 * options.tau();
  }

  @Override
  public void pass(SamplerState words) {
    draw.pass(words);
    most = words.pass(most);
  }

  @Override
  public int choose(Candidates candidates) {
    candidates.keep(options.version() == 1 ? ofDistribution(candidates) : ofSurprise(candidates));
    double[] weights = candidates.weights();
    double total = candidates.total();
    int place = draw.place(weights, total);
    most -= options.eta() * (surprise(weights[place] / total) - options.tau());
    return candidates.id(place);
  }

  private static double surprise(double p) {
    return -DoubleMath.log(p) / LN2;
  }

  /** How many have no more than the surprise that may be. */
  private int ofSurprise(Candidates candidates) {
    double[] weights = candidates.weights();
    double total = candidates.total();
    int kept = 1;
    while (kept < weights.length && surprise(weights[kept] / total) <= most) {
      kept++;
    }
    return kept;
  }

  /** How many tokens of Zipf's distribution, as the best ones tell it, have that surprise. */
  private int ofDistribution(Candidates candidates) {
    double[] weights = candidates.weights();
    double products = 0;
    double squares = 0;
    for (int i = 0; i < SEEN - 1 && i < weights.length - 1 && weights[i + 1] > 0; i++) {
      double ranks = DoubleMath.log((i + 2.0) / (i + 1.0));
      products += ranks * DoubleMath.log(weights[i] / weights[i + 1]);
      squares += ranks * ranks;
    }
    double exponent = products / squares;
    double beyond = exponent - 1;
    double held = 1 - DoubleMath.pow(candidates.vocabulary(), -beyond);
    double k = DoubleMath.pow(beyond * DoubleMath.pow(2, most) / held, 1 / exponent);
    return k >= 1 ? (int) Math.min(k, weights.length) : 1; // 1 where it is no number
  }
}
