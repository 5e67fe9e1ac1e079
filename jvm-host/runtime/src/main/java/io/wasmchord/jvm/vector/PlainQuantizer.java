package io.wasmchord.jvm.vector;

import io.wasmchord.math.FloatMath;
import io.wasmchord.quant.format.Partner;

/** Without the Vector API; loops that the JVM's compiler turns into vectors by itself. */
final class PlainQuantizer implements Quantizer {
  private static final int LANES = 16;

  @Override
  public float largest(float[] x, int from, int n) {
    float[] most = new float[LANES];
    for (int i = from; i < from + n; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        float a = Math.abs(x[i + lane]);
        most[lane] = a > most[lane] ? a : most[lane];
      }
    }
    float largest = 0f;
    for (float value : most) {
      largest = value > largest ? value : largest;
    }
    return largest;
  }

  @Override
  public float first(float[] x, int from, int n, float magnitude) {
    for (int i = from; i < from + n; i++) {
      if (Math.abs(x[i]) == magnitude) {
        return x[i];
      }
    }
    return 0f;
  }

  @Override
  public void even(float[] x, int from, int n, float factor, int[] q) {
    for (int i = 0; i < n; i++) {
      float rounded = (x[from + i] * factor + FloatMath.ROUND) - FloatMath.ROUND;
      q[i] = clamped((int) rounded);
    }
  }

  @Override
  public void away(float[] x, int from, int n, float factor, int[] q) {
    for (int i = 0; i < n; i++) {
      float value = x[from + i] * factor;
      int truncated = (int) value;
      float rest = value - truncated;
      q[i] = clamped(truncated + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0));
    }
  }

  private static int clamped(int value) {
    return Math.min(Partner.LARGEST, Math.max(-Partner.LARGEST, value));
  }
}
