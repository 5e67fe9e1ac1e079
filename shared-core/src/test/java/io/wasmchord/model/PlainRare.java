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
  @Nullable PlainHyper hyper; // several residual streams
  boolean headLayerNorms; // of queries and keys, each head with its own factors
  boolean normedWhenTurned; // heads, without factors
  boolean routedEarly;
  boolean unweighted; // norms
  boolean unturned; // no rope
  Set<Integer> unturnedLayers = Set.of();
  @Nullable Set<Integer> windowed; // layers; by the period where null
  double[] @Nullable [] xielu; // alpha_n, alpha_p, beta and eps of each layer
  int[] @Nullable [] shapes; // heads, heads of keys and width of each layer

  boolean unitEmbeddings; // are normed, without factors
  boolean gains; // heads are normed so, and queries have a factor each
  boolean skips; // what the first layer is given is added again
  private double[][] first = {};
  boolean bounded; // activations
  boolean boundedBefore;
  double[] expertLimits = {}; // of each layer
  double[] denseLimits = {};

  /** {@code silu(gate) * up}, within the bounds of a layer's feed-forward layer. */
  double[] bounded(String blk, double[] gate, double[] up) {
    return bounded(denseLimits, blk, gate, up);
  }

  /** The same of an expert. */
  double[] ofExperts(String blk, double[] gate, double[] up) {
    return bounded(expertLimits, blk, gate, up);
  }

  private double[] bounded(double[] limits, String blk, double[] gate, double[] up) {
    double limit = limits[Integer.parseInt(blk.split("\\.")[1])];
    double[] out = new double[up.length];
    for (int i = 0; i < out.length; i++) {
      boolean least = boundedBefore && limit > 0;
      double g = PlainDecoder.silu(least ? Math.min(gate[i], limit) : gate[i]);
      out[i] = limit == 0 ? g * up[i] : Math.min(g, limit) * Math.clamp(up[i], -limit, limit);
    }
    return out;
  }

  /** Norms what the first layer is given, and remembers it. */
  void start(PlainDecoder d, double[][] x) {
    first = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      x[t] = unitEmbeddings ? unit(d, x[t], x[t].length) : x[t];
      first[t] = x[t].clone();
    }
  }

  /** Adds it to what a layer gives. */
  void skip(PlainDecoder d, double[][] x, int layer) {
    for (int t = 0; t < x.length && skips; t++) {
      for (int i = 0; i < d.hidden; i++) {
        x[t][i] += d.model.tensor("blk." + layer + ".layer_output_scale.weight")[0] * first[t][i];
      }
    }
  }

  private static double[] unit(PlainDecoder d, double[] x, int size) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double mean = d.epsilon;
      for (int j = i / size * size; j < i / size * size + size; j++) {
        mean += x[j] * x[j] / size;
      }
      y[i] = x[i] / Math.sqrt(mean);
    }
    return y;
  }

  /** Norms heads; those of queries have a factor. */
  double[] gained(PlainDecoder d, double[] x, String norm) {
    double[] y = unit(d, x, d.headDim);
    for (int i = 0; i < y.length && d.model.has(norm + ".weight"); i++) {
      y[i] *= d.model.tensor(norm + ".weight")[i / d.headDim];
    }
    return y;
  }

  /** Does a layer without heads, or without heads of keys, or without a feed-forward layer. */
  boolean sparse(PlainDecoder d, String blk, double[][] x) {
    if (d.heads > 0 && d.kvHeads > 0) {
      return false;
    }
    for (double[] row : x) {
      if (d.heads > 0) {
        d.add(
            row, d.linear(blk + "attn_output", d.norm(row, blk + "attn_norm", d.hidden), d.hidden));
      }
      if (d.feedForward > 0) {
        d.add(row, d.feedForward(blk, d.norm(row, blk + "ffn_norm", d.hidden)));
      }
    }
    return true;
  }

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

  /** Layer norms of heads, with the epsilon of those whose files do not say it. */
  double[] layerNormed(PlainDecoder d, double[] x, String name) {
    double[] out = new double[x.length];
    for (int head = 0; head < x.length; head += d.headDim) {
      double mean = 0;
      double variance = 0;
      for (int i = head; i < head + d.headDim; i++) {
        mean += x[i] / d.headDim;
      }
      for (int i = head; i < head + d.headDim; i++) {
        variance += (x[i] - mean) * (x[i] - mean) / d.headDim;
      }
      for (int i = head; i < head + d.headDim; i++) {
        out[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * d.model.tensor(name + ".weight")[i];
        out[i] += d.model.has(name + ".bias") ? d.model.tensor(name + ".bias")[i] : 0;
      }
    }
    return out;
  }
}
