package io.wasmchord.model;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What few models do, as a {@link PlainDecoder} asks for it, written as plainly. */
final class PlainRare {
  double alibi; // its largest bias, 0 for none
  double clamp;
  double temperature;
  int temperatureLength;
  int temperatureOffset;
  boolean heatsUnturned; // layers alone
  boolean chunked; // windows
  boolean normedWhenTurned; // heads, without factors
  boolean routedEarly;
  boolean unweighted; // norms
  boolean unturned; // no rope
  Set<Integer> unturnedLayers = Set.of();
  @Nullable Set<Integer> windowed; // layers; by the period where null
  double[] @Nullable [] xielu; // alpha_n, alpha_p, beta and eps of each layer
  int[] @Nullable [] shapes; // heads, heads of keys and width of each layer

  boolean turned(int layer) {
    return !unturned && alibi == 0 && !unturnedLayers.contains(layer);
  }

  /** Gives the decoder a layer's numbers. */
  void enter(PlainDecoder d, int layer) {
    if (shapes != null) {
      d.heads = shapes[layer][0];
      d.kvHeads = shapes[layer][1];
      d.feedForward = shapes[layer][2];
    }
  }

  /** The slope of a head among so many: powers of two among those below the largest power. */
  private double slope(int head, int heads) {
    int power = 1;
    while (2 * power <= heads) {
      power *= 2;
    }
    return head < power
        ? Math.pow(Math.pow(2, -alibi / power), head + 1)
        : Math.pow(Math.pow(2, -alibi / 2 / power), 2 * (head - power) + 1);
  }

  double score(double score, int head, int heads, int distance) {
    return alibi == 0 ? score : score - slope(head, heads) * distance;
  }

  double[] clamped(double[] x) {
    double[] y = x.clone();
    for (int i = 0; i < y.length && clamp > 0; i++) {
      y[i] = Math.clamp(y[i], -clamp, clamp);
    }
    return y;
  }

  /** In a layer. */
  double[] heated(PlainDecoder d, int layer, double[] x, int position) {
    return heatsUnturned && d.local(layer) ? x : heated(x, position);
  }

  /** Heads of mean square 1. */
  double[] normed(double[] x, int dim, double epsilon) {
    double[] y = x.clone();
    for (int at = 0; at < x.length; at += dim) {
      double squares = epsilon;
      for (int i = at; i < at + dim; i++) {
        squares += x[i] * x[i] / dim;
      }
      for (int i = at; i < at + dim; i++) {
        y[i] /= Math.sqrt(squares);
      }
    }
    return y;
  }

  double[] heated(double[] x, int position) {
    double[] y = x.clone();
    for (int i = 0; i < y.length && temperature > 0; i++) {
      int times = Math.floorDiv(position + temperatureOffset, temperatureLength);
      y[i] *= 1 + temperature * Math.log(times + 1);
    }
    return y;
  }

  /** A layer's activation. */
  double activated(PlainDecoder d, int layer, double x) {
    if (xielu == null) {
      return d.activation.applyAsDouble(x);
    }
    double[] n = xielu[layer];
    double positive = Math.log1p(Math.exp(n[1]));
    double negative = n[2] + Math.log1p(Math.exp(n[0]));
    return x > 0
        ? positive * x * x + n[2] * x
        : (Math.expm1(Math.min(x, n[3])) - x) * negative + n[2] * x;
  }
}
