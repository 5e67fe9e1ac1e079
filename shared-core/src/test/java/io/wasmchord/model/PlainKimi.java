package io.wasmchord.model;

import java.util.Arrays;

/**
 * Kimi's delta attention in plain double precision, as https://arxiv.org/abs/2510.26692 has it:
 * every value of a key has a decay of its own.
 */
final class PlainKimi {
  int kernel = 4;
  int heads = 4;
  int dim = 8;
  boolean fused; // one matrix makes queries, keys and values
  double slowest; // logarithms of decays are this times a sigmoid; 0 where they are a softplus

  private int inner() {
    return heads * dim;
  }

  /** Writes the keys that say so. */
  void put(TinyModel model) {
    model.put("ssm.conv_kernel", kernel).put("kda.head_dim", dim);
    if (slowest != 0) {
      model.put("kda.gate_lower_bound", slowest);
    }
  }

  /** Writes a layer's tensors. */
  void tensors(TinyModel model, String blk, int hidden) {
    boolean narrow = slowest == 0;
    if (fused) {
      model.matrix(blk + "attn_qkv.weight", hidden, 3 * inner());
    }
    for (String part : new String[] {"q", "k", "v"}) {
      if (!fused) {
        model.matrix(blk + "attn_" + part + ".weight", hidden, inner());
      }
      model.random(blk + "ssm_conv1d_" + part + ".weight", 0, 0.6, kernel, 1, inner(), 1);
    }
    for (String part : new String[] {"ssm_f", "ssm_g"}) {
      model.matrix(blk + part + "_a.weight", hidden, narrow ? dim : inner());
      if (narrow) {
        model.matrix(blk + part + "_b.weight", dim, inner());
      }
    }
    model
        .matrix(blk + "ssm_beta.weight", hidden, heads)
        .random(blk + "ssm_a", slowest == 0 ? -0.6 : 0.8, 0.15, 1, heads)
        .random(blk + "ssm_dt.bias", 0, 0.5, inner())
        .norm(blk + "ssm_norm", dim)
        .matrix(blk + "attn_output.weight", inner(), hidden);
  }

  /** What a layer gives. */
  double[][] of(PlainDecoder d, String blk, double[][] in) {
    int n = in.length;
    double[][][] mixed = new double[3][n][];
    double[][] out = new double[n][];
    double[][][] s = new double[heads][dim][dim];
    for (int t = 0; t < n; t++) {
      double[][] qkv = new double[3][];
      for (int part = 0; part < 3; part++) {
        mixed[part][t] = projected(d, blk, in[t], part);
        qkv[part] = convolved(d, blk, mixed[part], t, part);
      }
      double[] decay = narrow(d, blk + "ssm_f", in[t]);
      double[] beta = d.linear(blk + "ssm_beta", in[t], heads);
      double[] y = new double[inner()];
      for (int h = 0; h < heads; h++) {
        double[] q = unit(d, qkv[0], h);
        double[] k = unit(d, qkv[1], h);
        double[] kept = new double[dim];
        for (int i = 0; i < dim; i++) {
          kept[i] = kept(d, blk, decay[h * dim + i], h, i);
        }
        for (int j = 0; j < dim; j++) {
          double known = 0;
          for (int i = 0; i < dim; i++) {
            s[h][i][j] *= kept[i];
            known += s[h][i][j] * k[i];
          }
          double delta = (qkv[2][h * dim + j] - known) / (1 + Math.exp(-beta[h]));
          for (int i = 0; i < dim; i++) {
            s[h][i][j] += k[i] * delta;
            y[h * dim + j] += s[h][i][j] * q[i] / Math.sqrt(dim);
          }
        }
      }
      y = d.norm(y, blk + "ssm_norm", dim);
      double[] gate = narrow(d, blk + "ssm_g", in[t]);
      for (int i = 0; i < y.length; i++) {
        y[i] /= 1 + Math.exp(-gate[i]);
      }
      out[t] = d.linear(blk + "attn_output", y, d.hidden);
    }
    return out;
  }

  private double kept(PlainDecoder d, String blk, double decay, int h, int i) {
    double x = decay + d.model.tensor(blk + "ssm_dt.bias")[h * dim + i];
    double rate = d.model.tensor(blk + "ssm_a")[h];
    return Math.exp(
        slowest == 0 ? rate * Math.log1p(Math.exp(x)) : slowest / (1 + Math.exp(-x * rate)));
  }

  private double[] projected(PlainDecoder d, String blk, double[] in, int part) {
    if (!d.model.has(blk + "attn_qkv.weight")) {
      return d.linear(blk + "attn_" + "qkv".charAt(part), in, inner());
    }
    double[] all = d.linear(blk + "attn_qkv", in, 3 * inner());
    return Arrays.copyOfRange(all, part * inner(), (part + 1) * inner());
  }

  private double[] convolved(PlainDecoder d, String blk, double[][] x, int t, int part) {
    float[] weight = d.model.tensor(blk + "ssm_conv1d_" + "qkv".charAt(part) + ".weight");
    double[] y = new double[inner()];
    for (int i = 0; i < y.length; i++) {
      for (int back = 0; back < kernel && back <= t; back++) {
        y[i] += weight[i * kernel + kernel - 1 - back] * x[t - back][i];
      }
      y[i] = PlainDecoder.silu(y[i]);
    }
    return y;
  }

  private double[] narrow(PlainDecoder d, String name, double[] in) {
    return d.model.has(name + "_b.weight")
        ? d.linear(name + "_b", d.linear(name + "_a", in, dim), inner())
        : d.linear(name + "_a", in, inner());
  }

  private double[] unit(PlainDecoder d, double[] x, int head) {
    double[] y = Arrays.copyOfRange(x, head * dim, (head + 1) * dim);
    double sum = d.epsilon;
    for (double v : y) {
      sum += v * v;
    }
    for (int i = 0; i < dim; i++) {
      y[i] /= Math.sqrt(sum);
    }
    return y;
  }
}
