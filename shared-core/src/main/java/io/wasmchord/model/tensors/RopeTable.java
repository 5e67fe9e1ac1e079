package io.wasmchord.model.tensors;

import io.wasmchord.math.DoubleMath;

/**
 * The angles of rotary position embedding, computed in double precision with functions that are the
 * same everywhere.
 */
public final class RopeTable {
  private final double[] frequencies;
  private final double magnitude;

  /**
   * @param frequencies by pair: pair i turns by {@code position * frequencies[i]}
   * @param magnitude multiplies what is turned
   */
  RopeTable(double[] frequencies, double magnitude) {
    this.frequencies = frequencies.clone();
    this.magnitude = magnitude;
  }

  /** How many positions share an angle, by pair. */
  sealed interface Scaling {
    /** All frequencies times {@code factor}. */
    record Linear(double factor) implements Scaling {}

    /**
     * YaRN, https://arxiv.org/abs/2309.00071, as llama.cpp computes it: frequencies that turn often
     * within the original context stay, slow ones are multiplied, those between are mixed.
     *
     * @param factor of slow frequencies, below 1
     * @param mix how much of that holds; 1 for all
     * @param fast turns from which a frequency stays
     * @param slow turns up to which it is multiplied
     * @param context positions that the model was trained for at first
     */
    record Yarn(double factor, double mix, double fast, double slow, int context)
        implements Scaling {}
  }

  /**
   * The frequencies {@code base^(-2i/dims) / factors[i]}, scaled.
   *
   * @param factors one divisor a pair, or empty
   */
  static double[] frequencies(int dims, double base, float[] factors, Scaling scaling) {
    double[] result = new double[dims / 2];
    for (int i = 0; i < result.length; i++) {
      double factor = factors.length == 0 ? 1 : factors[i];
      double frequency = DoubleMath.pow(base, -2.0 * i / dims) / factor;
      result[i] =
          switch (scaling) {
            case Scaling.Linear s -> s.factor * frequency;
            case Scaling.Yarn s -> {
              double stays = s.mix * (1 - ramp(s, i, dims, base));
              yield s.factor * frequency * (1 - stays) + frequency * stays;
            }
          };
    }
    return result;
  }

  /** From 0 at the first pair that turns {@code fast} times to 1 at the one of {@code slow}. */
  private static double ramp(Scaling.Yarn s, int pair, int dims, double base) {
    double low = Math.max(0, Math.floor(pairOf(s.fast, s.context, dims, base)));
    double high = Math.min(dims - 1, Math.ceil(pairOf(s.slow, s.context, dims, base)));
    double at = (pair - low) / Math.max(0.001, high - low);
    return Math.min(1, Math.max(0, at));
  }

  /** The pair that turns {@code turns} times within {@code context} positions. */
  private static double pairOf(double turns, int context, int dims, double base) {
    return dims * DoubleMath.log(context / (turns * 2 * Math.PI)) / (2 * DoubleMath.log(base));
  }

  /** Rows of (cos, sin) pairs for {@code count} positions from {@code position} on. */
  public float[] rows(int position, int count) {
    float[] table = new float[count * frequencies.length * 2];
    int at = 0;
    for (int t = 0; t < count; t++) {
      for (double frequency : frequencies) {
        double angle = (position + t) * frequency;
        table[at++] = (float) (DoubleMath.cos(angle) * magnitude);
        table[at++] = (float) (DoubleMath.sin(angle) * magnitude);
      }
    }
    return table;
  }
}
