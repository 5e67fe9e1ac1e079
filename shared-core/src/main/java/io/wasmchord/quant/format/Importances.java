package io.wasmchord.quant.format;

import io.wasmchord.math.FloatMath;

/** How ggml's quantizers weigh a value: by its column's importance and its size. */
final class Importances {
  private Importances() {}

  /** {@code importance * sqrt(variance + x * x)} of the first {@code weights.length} values. */
  static void weigh(
      float[] x, int at, float[] importance, int from, float variance, float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      float v = x[at + i];
      weights[i] = importance[from + i] * FloatMath.sqrt(variance + v * v);
    }
  }

  static float squares(float[] x, int at, int n) {
    float sum = 0f;
    for (int i = 0; i < n; i++) {
      sum = sum + x[at + i] * x[at + i];
    }
    return sum;
  }

  static float sum(float[] values) {
    float sum = 0f;
    for (float value : values) {
      sum = sum + value;
    }
    return sum;
  }

  /**
   * The scale of integers in 0..most for values that are not negative: ggml's {@code
   * make_qp_quants}. {@code q} gets the integers.
   */
  static float positive(int most, float[] x, float[] weights, int[] q) {
    float max = 0f;
    for (float v : x) {
      max = max > v ? max : v;
    }
    if (max < ScaleSearch.EPSILON) {
      return 0f;
    }
    float inverse = most / max;
    float best = error(most, x, weights, inverse);
    for (int step = -4; step <= 4; step++) {
      float tried = (0.1f * step + most) / max;
      float error = step == 0 ? best : error(most, x, weights, tried);
      if (error < best) {
        best = error;
        inverse = tried;
      }
    }
    return improved(most, x, weights, inverse, q);
  }

  private static int quant(int most, float value, float inverse) {
    return Math.min(most, ScaleSearch.nearest(inverse * value));
  }

  private static float error(int most, float[] x, float[] weights, float inverse) {
    float scale = 1f / inverse;
    float error = 0f;
    for (int i = 0; i < x.length; i++) {
      float diff = x[i] - scale * quant(most, x[i], inverse);
      error = error + weights[i] * diff * diff;
    }
    return error;
  }

  /** Moves single integers as long as that makes the error smaller. */
  private static float improved(int most, float[] x, float[] weights, float inverse, int[] q) {
    float sumLx = 0f;
    float sumL2 = 0f;
    for (int i = 0; i < x.length; i++) {
      q[i] = quant(most, x[i], inverse);
      sumLx = sumLx + weights[i] * x[i] * q[i];
      sumL2 = sumL2 + weights[i] * q[i] * q[i];
    }
    boolean changed = true;
    for (int round = 0; round < 5 && changed; round++) {
      changed = false;
      for (int i = 0; i < x.length; i++) {
        float w = weights[i];
        float lx = sumLx - w * x[i] * q[i];
        float l2 = sumL2 - w * q[i] * q[i];
        if (!(lx > 0f && l2 > 0f)) {
          continue;
        }
        int l = Math.min(most, ScaleSearch.nearest(x[i] * l2 / lx));
        if (l == q[i]) {
          continue;
        }
        lx = lx + w * x[i] * l;
        l2 = l2 + w * l * l;
        if (lx * lx * sumL2 > sumLx * sumLx * l2) {
          q[i] = l;
          sumLx = lx;
          sumL2 = l2;
          changed = true;
        }
      }
    }
    return sumL2 > 0f ? sumLx / sumL2 : 0f;
  }
}
