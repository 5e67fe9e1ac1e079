package io.wasmchord.model;

import java.util.Set;

/** The recurrent layers of a {@link PlainDecoder}, written as plainly. */
final class PlainRecurrence {
  /** Kinds of layers. */
  enum Kind {
    DELTA_NET,
    MAMBA,
    MAMBA2,
    PLAMO2,
    KIMI,
    LIGHTNING
  }

  Kind kind = Kind.MAMBA;
  final PlainKimi kimi = new PlainKimi();
  Set<Integer> layers = Set.of();
  Set<Integer> feedForwards = Set.of(); // layers that are nothing else
  int kernel = 4;
  int inner = 64;
  int state = 8;
  int heads = 4; // of Mamba 1 the rank
  int groups = 2;
  boolean tiled; // value heads take keys in turn
  boolean normed; // what Mamba 1 makes of its values
  boolean partNorms; // with factors
  boolean gatedAttention;
  boolean besideAttention;
  boolean alone; // no feed-forward layers after them

  boolean is(int layer) {
    return layers.contains(layer);
  }

  /** Whether a layer has no feed-forward layer. */
  boolean without(int layer) {
    return alone;
  }

  int channels() {
    return kind == Kind.MAMBA || kind == Kind.PLAMO2 ? inner : inner + 2 * groups * state;
  }

  double[][] of(PlainDecoder d, String blk, double[][] in) {
    return switch (kind) {
      case DELTA_NET -> deltaNet(d, blk, in);
      case MAMBA -> mamba(d, blk, in);
      case MAMBA2 -> mamba2(d, blk, in);
      case PLAMO2 -> plamo2(d, blk, in);
      case KIMI -> kimi.of(d, blk, in);
      case LIGHTNING -> PlainLightning.of(d, blk, in);
    };
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return x > 30 ? x : Math.log(1 + Math.exp(x));
  }

  private static double[] slice(double[] x, int from, int count) {
    double[] part = new double[count];
    System.arraycopy(x, from, part, 0, count);
    return part;
  }

  /** {@code silu(bias + the last values, each times its weight)}, for each column alone. */
  private double[] convolved(PlainDecoder d, String blk, double[][] x, int t) {
    float[] weight = d.model.tensor(blk + "ssm_conv1d.weight");
    double[] y = new double[channels()];
    for (int i = 0; i < y.length; i++) {
      y[i] = d.model.has(blk + "ssm_conv1d.bias") ? d.model.tensor(blk + "ssm_conv1d.bias")[i] : 0;
      for (int back = 0; back < kernel && back <= t; back++) {
        y[i] += weight[i * kernel + kernel - 1 - back] * x[t - back][i];
      }
      y[i] = PlainDecoder.silu(y[i]);
    }
    return y;
  }

  private double[][] deltaNet(PlainDecoder d, String blk, double[][] in) {
    int n = in.length;
    int keys = groups * state;
    int valueDim = inner / heads;
    double[][] mixed = new double[n][];
    double[][] out = new double[n][];
    double[][][] s = new double[heads][state][valueDim];
    for (int t = 0; t < n; t++) {
      mixed[t] = d.linear(blk + "attn_qkv", in[t], channels());
      double[] x = convolved(d, blk, mixed, t);
      double[] y = new double[inner];
      for (int h = 0; h < heads; h++) {
        int key = (tiled ? h % groups : h / (heads / groups)) * state;
        double[] q = unit(d, slice(x, key, state));
        double[] k = unit(d, slice(x, keys + key, state));
        double decay = Math.exp(step(d, blk, in[t], h));
        double beta = sigmoid(betaAlpha(d, blk, in[t], h, "ssm_beta", 0));
        for (int j = 0; j < valueDim; j++) {
          double known = 0;
          for (int i = 0; i < state; i++) {
            s[h][i][j] *= decay;
            known += s[h][i][j] * k[i];
          }
          double delta = (x[2 * keys + h * valueDim + j] - known) * beta;
          for (int i = 0; i < state; i++) {
            s[h][i][j] += k[i] * delta;
            y[h * valueDim + j] += s[h][i][j] * q[i] / Math.sqrt(state);
          }
        }
      }
      y = d.norm(y, blk + "ssm_norm", valueDim);
      double[] gate = d.linear(blk + "attn_gate", in[t], inner);
      for (int i = 0; i < inner; i++) {
        y[i] *= PlainDecoder.silu(gate[i]);
      }
      out[t] = d.linear(blk + "ssm_out", y, d.hidden);
    }
    return out;
  }

  private double step(PlainDecoder d, String blk, double[] in, int head) {
    double alpha = betaAlpha(d, blk, in, head, "ssm_alpha", 1);
    return softplus(alpha + d.model.tensor(blk + "ssm_dt.bias")[head])
        * d.model.tensor(blk + "ssm_a")[head];
  }

  /** A head's beta or alpha; in one matrix the betas of a key's heads stand before their alphas. */
  private double betaAlpha(
      PlainDecoder d, String blk, double[] in, int head, String name, int second) {
    if (d.model.has(blk + name + ".weight")) {
      return d.linear(blk + name, in, heads)[head];
    }
    int of = heads / groups;
    return d.linear(blk + "ssm_ba", in, 2 * heads)[head / of * 2 * of + second * of + head % of];
  }

  private static double[] unit(PlainDecoder d, double[] x) {
    double sum = d.epsilon;
    for (double v : x) {
      sum += v * v;
    }
    for (int i = 0; i < x.length; i++) {
      x[i] /= Math.sqrt(sum);
    }
    return x;
  }

  private double[][] mamba2(PlainDecoder d, String blk, double[][] in) {
    int n = in.length;
    int dim = inner / heads;
    double[][] mixed = new double[n][];
    double[][] out = new double[n][];
    double[][] h = new double[inner][state];
    for (int t = 0; t < n; t++) {
      double[] all = d.linear(blk + "ssm_in", in[t], inner + channels() + heads);
      mixed[t] = slice(all, inner, channels());
      double[] x = convolved(d, blk, mixed, t);
      double[] y = new double[inner];
      for (int i = 0; i < inner; i++) {
        int head = i / dim;
        int group = head / (heads / groups) * state;
        double dt =
            softplus(all[inner + channels() + head] + d.model.tensor(blk + "ssm_dt.bias")[head]);
        double decay = Math.exp(dt * d.model.tensor(blk + "ssm_a")[head]);
        for (int k = 0; k < state; k++) {
          h[i][k] = h[i][k] * decay + x[inner + group + k] * x[i] * dt;
          y[i] += h[i][k] * x[inner + groups * state + group + k];
        }
        y[i] += x[i] * d.model.tensor(blk + "ssm_d")[head];
        y[i] *= PlainDecoder.silu(all[i]);
      }
      if (d.model.has(blk + "ssm_norm.weight")) {
        y = d.norm(y, blk + "ssm_norm", inner / groups);
      }
      out[t] = d.linear(blk + "ssm_out", y, d.hidden);
    }
    return out;
  }

  private double[][] mamba(PlainDecoder d, String blk, double[][] in) {
    int n = in.length;
    double[][] mixed = new double[n][];
    double[][] out = new double[n][];
    double[][] h = new double[inner][state];
    for (int t = 0; t < n; t++) {
      double[] both = d.linear(blk + "ssm_in", in[t], 2 * inner);
      mixed[t] = slice(both, 0, inner);
      double[] x = convolved(d, blk, mixed, t);
      double[] parts = d.linear(blk + "ssm_x", x, heads + 2 * state);
      double[] low = part(d, blk + "ssm_dt_norm", slice(parts, 0, heads));
      double[] b = part(d, blk + "ssm_b_norm", slice(parts, heads, state));
      double[] c = part(d, blk + "ssm_c_norm", slice(parts, heads + state, state));
      double[] steps = d.linear(blk + "ssm_dt", low, inner);
      double[] y = new double[inner];
      for (int i = 0; i < inner; i++) {
        double dt = softplus(steps[i]);
        for (int k = 0; k < state; k++) {
          double a = d.model.tensor(blk + "ssm_a")[i * state + k];
          h[i][k] = h[i][k] * Math.exp(dt * a) + b[k] * x[i] * dt;
          y[i] += h[i][k] * c[k];
        }
        y[i] += x[i] * d.model.tensor(blk + "ssm_d")[i];
        y[i] *= PlainDecoder.silu(both[inner + i]);
      }
      out[t] = d.linear(blk + "ssm_out", y, d.hidden);
    }
    return out;
  }

  private double[][] plamo2(PlainDecoder d, String blk, double[][] in) {
    int n = in.length;
    int dim = inner / heads;
    int rank = d.model.tensor(blk + "ssm_dt_norm").length;
    double[][] mixed = new double[n][inner];
    double[][] out = new double[n][];
    double[][] h = new double[inner][state];
    for (int t = 0; t < n; t++) {
      double[] both = d.linear(blk + "ssm_in", in[t], 2 * inner);
      for (int i = 0; i < inner; i++) {
        mixed[t][i] = both[i / dim * 2 * dim + dim + i % dim];
      }
      double[] x = convolved(d, blk, mixed, t);
      double[] parts = d.linear(blk + "ssm_x", x, rank + 2 * state);
      double[] b = d.norm(slice(parts, 0, state), blk + "ssm_b_norm", state);
      double[] c = d.norm(slice(parts, state, state), blk + "ssm_c_norm", state);
      double[] low = d.norm(slice(parts, 2 * state, rank), blk + "ssm_dt_norm", rank);
      double[] steps = d.linear(blk + "ssm_dt", low, heads);
      double[] y = new double[inner];
      for (int i = 0; i < inner; i++) {
        double dt = softplus(steps[i / dim]);
        double decay = Math.exp(dt * d.model.tensor(blk + "ssm_a")[i / dim]);
        for (int k = 0; k < state; k++) {
          h[i][k] = h[i][k] * decay + b[k] * x[i] * dt;
          y[i] += h[i][k] * c[k];
        }
        y[i] += x[i] * d.model.tensor(blk + "ssm_d")[i / dim];
        y[i] *= PlainDecoder.silu(both[i / dim * 2 * dim + i % dim]);
      }
      out[t] = d.linear(blk + "ssm_out", y, d.hidden);
    }
    return out;
  }

  private double[] part(PlainDecoder d, String norm, double[] x) {
    if (d.model.has(norm + ".weight")) {
      return d.norm(x, norm, x.length);
    }
    if (normed) {
      double mean = d.epsilon;
      for (double v : x) {
        mean += v * v / x.length;
      }
      for (int i = 0; i < x.length; i++) {
        x[i] /= Math.sqrt(mean);
      }
    }
    return x;
  }

  /** Of every head's values the first half, or the second. */
  double[] half(PlainDecoder d, double[] both, int which) {
    double[] half = new double[both.length / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = both[i / d.headDim * 2 * d.headDim + which * d.headDim + i % d.headDim];
    }
    return half;
  }

  /** Multiplies what heads give by the sigmoids of their gates, where they have gates. */
  void gate(PlainDecoder d, String blk, double[] in, double[] seen) {
    if (gatedAttention) {
      double[] gates = half(d, d.linear(blk + "attn_q", in, 2 * seen.length), 1);
      for (int i = 0; i < seen.length; i++) {
        seen[i] *= sigmoid(gates[i]);
      }
    }
  }
}
