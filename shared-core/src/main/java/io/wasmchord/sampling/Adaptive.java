package io.wasmchord.sampling;

import io.wasmchord.math.DoubleMath;

/** Draws tokens whose probability is near a target that follows what was drawn. */
final class Adaptive implements SamplerChain.Choice {
  // llama.cpp's: a logit that falls with the square near the target and straight far from it
  private static final double PEAK = 5;
  private static final double SHARPNESS = 10;
  private static final double WIDTH = 0.3;

  private final AdaptiveOptions options;
  private final Draw draw;
  private double sum; // of probabilities that were drawn, older ones counting less
  private double count;

  Adaptive(AdaptiveOptions options, long seed) {
    this.options = options;
    this.draw = new Draw(seed);
    this.count = 1 / (1 - (double) options.decay());
    this.sum = options.target() * count;
  }

  @Override
  public void pass(SamplerState words) {
    draw.pass(words);
    sum = words.pass(sum);
    count = words.pass(count);
  }

  @Override
  public int choose(Candidates candidates) {
    double[] weights = candidates.weights();
    double total = candidates.total();
    double[] near = near(weights, total);
    double all = 0;
    for (double weight : near) {
      all += weight;
    }
    int place = draw.place(near, all);
    sum = weights[place] / total + options.decay() * sum;
    count = 1 + options.decay() * count;
    return candidates.id(place);
  }

  /** What each weighs by how near its probability is to the target. */
  double[] near(double[] weights, double total) {
    double target = Math.min(1, Math.max(0, 2 * options.target() - sum / count));
    double[] near = new double[weights.length];
    for (int i = 0; i < near.length; i++) {
      double away = Math.abs(weights[i] / total - target) / WIDTH;
      near[i] = DoubleMath.exp(PEAK - SHARPNESS * away * away / (1 + away));
    }
    return near;
  }
}
