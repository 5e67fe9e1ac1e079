package io.wasmchord.model;

import io.wasmchord.math.DoubleMath;

/** The angles of rotary position embedding, computed in double precision with functions that are the same everywhere. */
final class RopeTable {
  private final double[] frequencies;

  /**
   * @param dims values of a head that are rotated; pair i turns by {@code position * base^(-2i/dims) / factors[i]}
   * @param positionScale multiplies positions (linear scaling); 1 for none
   * @param factors one divisor a pair, or empty
   */
  RopeTable(int dims, double base, double positionScale, float[] factors) {
    frequencies = new double[dims / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double factor = factors.length == 0 ? 1 : factors[i];
      frequencies[i] = positionScale * DoubleMath.pow(base, -2.0 * i / dims) / factor;
    }
  }

  /** Rows of (cos, sin) pairs for {@code count} positions from {@code position} on. */
  float[] rows(int position, int count) {
    float[] table = new float[count * frequencies.length * 2];
    int at = 0;
    for (int t = 0; t < count; t++) {
      for (double frequency : frequencies) {
        double angle = (position + t) * frequency;
        table[at++] = (float) DoubleMath.cos(angle);
        table[at++] = (float) DoubleMath.sin(angle);
      }
    }
    return table;
  }
}
