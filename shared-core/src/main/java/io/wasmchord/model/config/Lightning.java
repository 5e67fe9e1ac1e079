package io.wasmchord.model.config;

import io.wasmchord.math.DoubleMath;

/** Lightning attention (https://arxiv.org/abs/2501.08313): what its heads forget. */
public final class Lightning {
  private static final int LESS = 3; // of the logarithm of the number of heads
  private static final double LEAST = 1e-5; // of the last layer's slopes

  private Lightning() {}

  /**
   * How much of the past each value of each layer's keys keeps from a token to the next: a row for
   * each layer. Heads forget the less, the later they come and the later their layer does.
   */
  public static float[] decays(ModelConfig c) {
    Recurrence r = c.recurrence();
    double exponent = DoubleMath.log(r.heads()) / DoubleMath.log(2) - LESS;
    double start = DoubleMath.pow(2, -DoubleMath.pow(2, -exponent));
    float[] decays = new float[c.layers() * r.inner()];
    for (int layer = 0; layer < c.layers(); layer++) {
      double scale = 1 - layer / Math.max(1.0, c.layers() - 1) + LEAST;
      for (int i = 0; i < r.inner(); i++) {
        double slope = DoubleMath.pow(start, i / r.headDim() + 1.0);
        decays[layer * r.inner() + i] = (float) DoubleMath.exp(-slope * scale);
      }
    }
    return decays;
  }
}
