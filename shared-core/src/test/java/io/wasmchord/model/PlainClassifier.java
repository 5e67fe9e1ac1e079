package io.wasmchord.model;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The head of a classifier in plain double precision: of its layers those that the model has.
 *
 * @param activation after the first of two layers
 */
record PlainClassifier(TinyModel model, DoubleUnaryOperator activation) {
  private static final double EPSILON = 0.02;

  /** What it gives a pooled state. */
  double[] of(double[] pooled) {
    double[] x = pooled;
    if (model.has("cls.weight")) {
      x = Arrays.stream(linear("cls", x)).map(activation).toArray();
    }
    if (model.has("cls.norm.weight")) {
      x = norm(x);
    }
    return model.has("cls.output.weight") ? linear("cls.output", x) : x;
  }

  private double[] norm(double[] x) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double square = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    float[] weight = model.tensor("cls.norm.weight");
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = (x[i] - mean) / Math.sqrt(square + EPSILON) * weight[i];
    }
    return y;
  }

  private double[] linear(String name, double[] x) {
    float[] weight = model.tensor(name + ".weight");
    double[] y = new double[weight.length / x.length];
    for (int r = 0; r < y.length; r++) {
      y[r] = model.has(name + ".bias") ? model.tensor(name + ".bias")[r] : 0;
      for (int i = 0; i < x.length; i++) {
        y[r] += weight[r * x.length + i] * x[i];
      }
    }
    return y;
  }
}
