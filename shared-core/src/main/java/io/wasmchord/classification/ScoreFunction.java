package io.wasmchord.classification;

import io.wasmchord.math.DoubleMath;

/** What becomes of the numbers that a head gives, in double precision. */
public enum ScoreFunction {
  /** Shares that add up to 1: one of the labels is meant. */
  SOFTMAX,
  /** Each on its own becomes a number from 0 to 1: any of the labels may be meant. */
  SIGMOID,
  /** Nothing. */
  NONE;

  /** The scores of a head's outputs. */
  public double[] of(float[] outputs) {
    double[] scores = new double[outputs.length];
    double most = Double.NEGATIVE_INFINITY;
    for (float output : outputs) {
      most = Math.max(most, output);
    }
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          switch (this) {
            case SOFTMAX -> DoubleMath.exp(outputs[i] - most);
            case SIGMOID -> 1 / (1 + DoubleMath.exp(-(double) outputs[i]));
            case NONE -> outputs[i];
          };
      sum += scores[i];
    }
    for (int i = 0; this == SOFTMAX && i < scores.length; i++) {
      scores[i] /= sum;
    }
    return scores;
  }
}
