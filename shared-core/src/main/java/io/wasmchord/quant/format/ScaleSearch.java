package io.wasmchord.quant.format;

import io.wasmchord.math.FloatMath;

/**
 * The searches for a group's scale behind the 256-block quantizers: ggml's {@code make_qx_quants},
 * {@code make_q3_quants}, {@code make_qkx2_quants} and {@code make_qkx3_quants}, operation by
 * operation, since the bytes must be equal.
 */
final class ScaleSearch {
  /** Groups whose largest magnitude is below this are all zero. */
  static final float EPSILON = 1e-15f;

  private ScaleSearch() {}

  /** To the nearest integer, halves to even. */
  static int nearest(float value) {
    return (int) ((value + FloatMath.ROUND) - FloatMath.ROUND);
  }

  private static float largest(float[] x, int at, int n) {
    float magnitude = 0f;
    float max = 0f;
    for (int i = 0; i < n; i++) {
      if (Math.abs(x[at + i]) > magnitude) {
        magnitude = Math.abs(x[at + i]);
        max = x[at + i];
      }
    }
    return magnitude < EPSILON ? 0f : max;
  }

  /**
   * The scale of 16 values in -32..31 that minimises the error weighted by x squared; {@code q}
   * gets the integers plus 32.
   */
  static float symmetric(float[] x, int at, int[] q, int to) {
    float[] squares = new float[16];
    for (int i = 0; i < 16; i++) {
      squares[i] = x[at + i] * x[at + i];
    }
    return new Symmetric(16, 32).search(x, at, squares, 0, q, to);
  }

  /**
   * Groups of {@code n} values in -bias..bias-1.
   *
   * @param n values in a group
   * @param bias what is added to the integers as they are stored
   */
  record Symmetric(int n, int bias) {
    /** The scale that minimises the weighted error; {@code q} gets the integers plus the bias. */
    float search(float[] x, int at, float[] weights, int weightsAt, int[] q, int to) {
      float max = largest(x, at, n);
      if (max == 0f) {
        return 0f;
      }
      float scale = 0f;
      float best = 0f;
      for (int k = 0; k < 19; k++) {
        int step = k == 0 ? 0 : k <= 9 ? k - 10 : k - 9; // 0 first, then -9..-1, 1..9
        float inverse = step == 0 ? -bias / max : -(bias + 0.1f * step) / max;
        float sumLx = 0f;
        float sumL2 = 0f;
        for (int i = 0; i < n; i++) {
          float v = x[at + i];
          int l = quant(inverse * v);
          float w = weights[weightsAt + i];
          sumLx = sumLx + w * v * l;
          sumL2 = sumL2 + w * l * l;
        }
        if (step == 0 || (sumL2 > 0f && sumLx * sumLx > best * sumL2)) {
          scale = sumL2 != 0f ? sumLx / sumL2 : 0f;
          best = scale * sumLx;
          for (int i = 0; i < n; i++) {
            q[to + i] = quant(inverse * x[at + i]) + bias;
          }
        }
      }
      return scale;
    }

    private int quant(float value) {
      return Math.clamp(nearest(value), -bias, bias - 1);
    }
  }

  /**
   * The scale of 16 values in -4..3, improved value by value; {@code q} gets the integers plus 4.
   */
  static float threeBits(float[] x, int at, int[] q, int to) {
    float max = largest(x, at, 16);
    if (max == 0f) {
      return 0f;
    }
    float inverse = -4f / max;
    float sumLx = 0f;
    float sumL2 = 0f;
    for (int i = 0; i < 16; i++) {
      float v = x[at + i];
      int l = Math.clamp(nearest(inverse * v), -4, 3);
      q[to + i] = l;
      float w = v * v;
      sumLx = sumLx + w * v * l;
      sumL2 = sumL2 + w * l * l;
    }
    boolean changed = true;
    for (int round = 0; round < 5 && changed; round++) {
      changed = false;
      for (int i = 0; i < 16; i++) {
        float v = x[at + i];
        float w = v * v;
        float lx = sumLx - w * v * q[to + i];
        if (!(lx > 0f)) {
          continue;
        }
        float l2 = sumL2 - w * q[to + i] * q[to + i];
        int l = Math.clamp(nearest(v * l2 / lx), -4, 3);
        if (l == q[to + i]) {
          continue;
        }
        lx = lx + w * v * l;
        l2 = l2 + w * l * l;
        if (l2 > 0f && lx * lx * sumL2 > sumLx * sumLx * l2) {
          q[to + i] = l;
          sumLx = lx;
          sumL2 = l2;
          changed = true;
        }
      }
    }
    for (int i = 0; i < 16; i++) {
      q[to + i] += 4;
    }
    return sumL2 > 0f ? sumLx / sumL2 : 0f;
  }

  /**
   * How a search for scale and minimum goes.
   *
   * @param n values in a group
   * @param steps the largest integer
   * @param from where the tried number of steps begins, relative to {@code steps}
   * @param apart how far they are from each other
   * @param tries how many are tried
   * @param absolute whether errors are magnitudes rather than squares
   */
  record Affine(int n, int steps, float from, float apart, int tries, boolean absolute) {
    /** How a group is searched whose values have importances. */
    static Affine weighted(int n, int steps) {
      return new Affine(n, steps, -0.9f, 0.05f, 36, false);
    }

    /**
     * Returns the scale; {@code minimum[group]} gets the minimum, negated, and {@code q} the
     * integers.
     */
    float search(float[] x, int at, float[] weights, float[] minimum, int group, int[] q) {
      float min = x[at];
      float max = x[at];
      float sumW = weights[0];
      float sumX = sumW * x[at];
      for (int i = 1; i < n; i++) {
        min = x[at + i] < min ? x[at + i] : min;
        max = x[at + i] > max ? x[at + i] : max;
        sumW = sumW + weights[i];
        sumX = sumX + weights[i] * x[at + i];
      }
      min = min > 0f ? 0f : min;
      if (max == min) {
        minimum[group] = -min;
        return 0f;
      }
      float inverse = steps / (max - min);
      float scale = 1f / inverse;
      float best = error(x, at, weights, inverse, min, scale, min);
      keep(x, at, inverse, min, q, group * n);
      for (int k = 0; k <= tries; k++) {
        inverse = (from + apart * k + steps) / (max - min);
        float sumL = 0f;
        float sumL2 = 0f;
        float sumXl = 0f;
        for (int i = 0; i < n; i++) {
          int l = quant(x[at + i], inverse, min);
          float w = weights[i];
          sumL = sumL + w * l;
          sumL2 = sumL2 + w * l * l;
          sumXl = sumXl + w * l * x[at + i];
        }
        float determinant = sumW * sumL2 - sumL * sumL;
        if (!(determinant > 0f)) {
          continue;
        }
        float triedScale = (sumW * sumXl - sumX * sumL) / determinant;
        float triedMin = (sumL2 * sumX - sumL * sumXl) / determinant;
        if (triedMin > 0f) {
          triedMin = 0f;
          triedScale = sumXl / sumL2;
        }
        float tried = error(x, at, weights, inverse, min, triedScale, triedMin);
        if (tried < best) {
          keep(x, at, inverse, min, q, group * n);
          best = tried;
          scale = triedScale;
          min = triedMin;
        }
      }
      minimum[group] = -min;
      return scale;
    }

    private void keep(float[] x, int at, float inverse, float low, int[] q, int to) {
      for (int i = 0; i < n; i++) {
        q[to + i] = quant(x[at + i], inverse, low);
      }
    }

    private int quant(float value, float inverse, float low) {
      return Math.clamp(nearest(inverse * (value - low)), 0, steps);
    }

    private float error(
        float[] x, int at, float[] weights, float inverse, float low, float scale, float min) {
      float error = 0f;
      for (int i = 0; i < n; i++) {
        float diff = scale * quant(x[at + i], inverse, low) + min - x[at + i];
        diff = absolute ? Math.abs(diff) : diff * diff;
        error = error + weights[i] * diff;
      }
      return error;
    }
  }
}
