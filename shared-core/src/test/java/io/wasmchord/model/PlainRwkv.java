package io.wasmchord.model;

import java.util.Arrays;

/**
 * RWKV 6 and 7 in plain double precision, one token after the other, as
 * https://arxiv.org/abs/2404.05892 and https://arxiv.org/abs/2503.14456 have them. It takes sizes,
 * matrices and norms from a {@link PlainDecoder}.
 */
final class PlainRwkv implements Tiny.Twin {
  private static final String[] SIX = {"w", "k", "v", "r", "g"};

  private final PlainDecoder d;
  private final boolean seven;
  private final int dim;
  int rank = 8; // of RWKV 6's mixtures, RWKV 7's rates
  int halved;
  boolean dense; // a feed-forward layer follows time mix, and no norm of the embedding comes first

  PlainRwkv(PlainDecoder d, boolean seven, int dim) {
    this.d = d;
    this.seven = seven;
    this.dim = dim;
  }

  /** What a layer remembers. */
  private final class Memory {
    double[] time = new double[d.hidden];
    double[] channel = new double[d.hidden];
    final double[][][] s = new double[d.hidden / dim][dim][dim]; // [head][key][value]
  }

  @Override
  public double[][] logits(int[] ids) {
    Memory[] memory = new Memory[d.layers];
    Arrays.setAll(memory, i -> new Memory());
    double[][] logits = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      double[] x = new double[d.hidden];
      for (int i = 0; i < d.hidden; i++) {
        x[i] = d.model.tensor("token_embd.weight")[ids[t] * d.hidden + i];
      }
      x = dense ? x : d.norm(x, "token_embd_norm", d.hidden);
      double[] first = new double[d.hidden];
      for (int layer = 0; layer < d.layers; layer++) {
        layer(x, memory[layer], layer, first);
      }
      logits[t] = d.linear("output", d.norm(x, "output_norm", d.hidden), d.vocabulary);
    }
    return logits;
  }

  private void layer(double[] x, Memory m, int layer, double[] first) {
    String blk = "blk." + layer + ".";
    double[] in = d.norm(x, blk + "attn_norm", d.hidden);
    add(x, seven ? seven(blk, in, m, layer, first) : six(blk, in, m));
    m.time = in;
    if (dense) {
      add(x, d.feedForward(blk, d.norm(x, blk + "ffn_norm", d.hidden)));
      return;
    }
    in = d.norm(x, blk + "attn_norm_2", d.hidden);
    add(x, channels(blk, in, m.channel));
    m.channel = in;
    for (int i = 0; i < d.hidden && halved > 0 && (layer + 1) % halved == 0; i++) {
      x[i] /= 2;
    }
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** {@code x + (before - x) * share}. */
  private double[] between(double[] x, double[] before, double[] share) {
    double[] y = new double[d.hidden];
    for (int i = 0; i < d.hidden; i++) {
      y[i] = x[i] + (before[i] - x[i]) * share[i];
    }
    return y;
  }

  private double[] vector(String name, int part) {
    double[] y = new double[d.hidden];
    for (int i = 0; i < d.hidden; i++) {
      y[i] = d.model.tensor(name)[part * d.hidden + i];
    }
    return y;
  }

  private int rows(String name) {
    return (int) (long) d.model.shape(name).get(1);
  }

  private double[] matrix(String name, double[] x) {
    return d.linear(name, x, rows(name + ".weight"));
  }

  private double[] channels(String blk, double[] x, double[] before) {
    double[] k =
        matrix(
            blk + "channel_mix_key",
            between(x, before, vector(blk + "channel_mix_lerp_k.weight", 0)));
    double[] out =
        matrix(
            blk + "channel_mix_value", Arrays.stream(k).map(PlainDecoder::reluSquared).toArray());
    if (!seven) {
      double[] r =
          matrix(
              blk + "channel_mix_receptance",
              between(x, before, vector(blk + "channel_mix_lerp_r.weight", 0)));
      for (int i = 0; i < d.hidden; i++) {
        out[i] *= sigmoid(r[i]);
      }
    }
    return out;
  }

  private double[] six(String blk, double[] x, Memory m) {
    double[] low =
        matrix(blk + "time_mix_w1", between(x, m.time, vector(blk + "time_mix_lerp_x.weight", 0)));
    double[][] in = new double[5][];
    for (int p = 0; p < 5; p++) {
      String name = blk + "time_mix_lerp_" + SIX[p] + ".weight";
      double[] share =
          d.model.has(name) ? vector(name, 0) : vector(blk + "time_mix_lerp_fused.weight", p);
      float[] wide = d.model.tensor(blk + "time_mix_w2.weight");
      for (int i = 0; i < d.hidden; i++) {
        for (int k = 0; k < rank; k++) {
          share[i] += wide[(p * d.hidden + i) * rank + k] * Math.tanh(low[p * rank + k]);
        }
      }
      in[p] = between(x, m.time, share);
    }
    double[] w =
        matrix(
            blk + "time_mix_decay_w2",
            Arrays.stream(matrix(blk + "time_mix_decay_w1", in[0])).map(Math::tanh).toArray());
    add(w, vector(blk + "time_mix_decay.weight", 0));
    double[] k = ofHeads(matrix(blk + "time_mix_key", in[1]));
    double[] v = ofHeads(matrix(blk + "time_mix_value", in[2]));
    double[] r = matrix(blk + "time_mix_receptance", in[3]);
    double[] g = matrix(blk + "time_mix_gate", in[4]);
    if (dense) {
      return linear(blk, m, new double[][] {r, w, k, v, g});
    }
    double[] first = vector(blk + "time_mix_first.weight", 0);
    double[] out = new double[d.hidden];
    for (int c = 0; c < d.hidden; c++) {
      int h = c / dim;
      int j = c % dim;
      for (int i = 0; i < dim; i++) {
        int at = h * dim + i;
        double kv = k[at] * v[c];
        out[c] += r[at] * (m.s[h][i][j] + first[at] * kv);
        m.s[h][i][j] = m.s[h][i][j] * Math.exp(-Math.exp(w[at])) + kv;
      }
    }
    out = heads(blk, out);
    for (int i = 0; i < d.hidden; i++) {
      out[i] *= PlainDecoder.silu(g[i]);
    }
    return matrix(blk + "time_mix_output", out);
  }

  /** Keys or values that neighbouring heads share, once for each head. */
  private double[] ofHeads(double[] few) {
    double[] all = new double[d.hidden];
    int times = d.hidden / few.length;
    for (int i = 0; i < all.length; i++) {
      all[i] = few[i / dim / times * dim + i % dim];
    }
    return all;
  }

  /** Gated linear attention, whose keys are multiplied by how much is forgotten. */
  private double[] linear(String blk, Memory m, double[][] rwkvg) {
    double[] r = rwkvg[0];
    double[] w = rwkvg[1];
    double[] k = rwkvg[2];
    double[] v = rwkvg[3];
    double[] out = new double[d.hidden];
    for (int c = 0; c < d.hidden; c++) {
      int h = c / dim;
      int j = c % dim;
      for (int i = 0; i < dim; i++) {
        int at = h * dim + i;
        double kept = Math.exp(-Math.exp(w[at]));
        m.s[h][i][j] = m.s[h][i][j] * kept + k[at] * (1 - kept) * v[c];
        out[c] += r[at] / Math.sqrt(dim) * m.s[h][i][j];
      }
    }
    for (int i = 0; i < d.hidden; i++) {
      out[i] *= sigmoid(rwkvg[4][i]);
    }
    return matrix(blk + "time_mix_output", out);
  }

  private double[] low(String blk, String part, double[] x) {
    double[] y = matrix(blk + "time_mix_" + part + "2", matrix(blk + "time_mix_" + part + "1", x));
    add(y, vector(blk + "time_mix_" + part + "0.weight", 0));
    return y;
  }

  private double[] seven(String blk, double[] x, Memory m, int layer, double[] firstValues) {
    double[][] in = new double[6][];
    boolean gated = d.model.has(blk + "time_mix_g1.weight");
    for (int p = 0; p < (gated ? 6 : 5); p++) {
      in[p] = between(x, m.time, vector(blk + "time_mix_lerp_fused.weight", p));
    }
    double[] r = matrix(blk + "time_mix_receptance", in[0]);
    double[] tanh = Arrays.stream(matrix(blk + "time_mix_w1", in[1])).map(Math::tanh).toArray();
    double[] w = matrix(blk + "time_mix_w2", tanh);
    add(w, vector(blk + "time_mix_w0.weight", 0));
    double[] k = matrix(blk + "time_mix_key", in[2]);
    double[] v = matrix(blk + "time_mix_value", in[3]);
    if (layer == 0) {
      System.arraycopy(v, 0, firstValues, 0, v.length);
    } else {
      double[] share = low(blk, "v", in[3]);
      for (int i = 0; i < d.hidden; i++) {
        v[i] += (firstValues[i] - v[i]) * sigmoid(share[i]);
      }
    }
    double[] a = low(blk, "a", in[4]);
    double[] removed = vector(blk + "time_mix_k_k.weight", 0);
    double[] kept = vector(blk + "time_mix_k_a.weight", 0);
    double[] key = new double[d.hidden];
    for (int h = 0; h < d.hidden; h += dim) {
      double length = 0;
      for (int i = h; i < h + dim; i++) {
        a[i] = sigmoid(a[i]);
        key[i] = k[i] * removed[i];
        length += key[i] * key[i];
        k[i] *= 1 + (a[i] - 1) * kept[i];
      }
      for (int i = h; i < h + dim; i++) {
        key[i] /= Math.sqrt(length);
      }
    }
    double[] out = new double[d.hidden];
    for (int c = 0; c < d.hidden; c++) {
      int h = c / dim;
      int j = c % dim;
      double known = 0;
      for (int i = 0; i < dim; i++) {
        known += m.s[h][i][j] * key[h * dim + i];
      }
      for (int i = 0; i < dim; i++) {
        int at = h * dim + i;
        double decay = Math.exp(-Math.exp(-0.5) * sigmoid(w[at]));
        m.s[h][i][j] = m.s[h][i][j] * decay - known * key[at] * a[at] + v[c] * k[at];
        out[c] += m.s[h][i][j] * r[at];
      }
    }
    out = heads(blk, out);
    double[] bonus = vector(blk + "time_mix_r_k.weight", 0);
    for (int c = 0; c < d.hidden; c++) {
      for (int i = c / dim * dim; i < c / dim * dim + dim; i++) {
        out[c] += v[c] * r[i] * k[i] * bonus[i];
      }
    }
    if (gated) {
      double[] low =
          Arrays.stream(matrix(blk + "time_mix_g1", in[5])).map(PlainRwkv::sigmoid).toArray();
      double[] g = matrix(blk + "time_mix_g2", low);
      for (int i = 0; i < d.hidden; i++) {
        out[i] *= g[i];
      }
    }
    return matrix(blk + "time_mix_output", out);
  }

  /** Each head to mean 0 and variance 1, times the factors, with the bias. */
  private double[] heads(String blk, double[] x) {
    if (!d.model.has(blk + "time_mix_ln.weight")) {
      return x;
    }
    double[] y = new double[x.length];
    for (int h = 0; h < x.length; h += dim) {
      double mean = Arrays.stream(x, h, h + dim).sum() / dim;
      double squares = 0;
      for (int i = h; i < h + dim; i++) {
        squares += (x[i] - mean) * (x[i] - mean) / dim;
      }
      for (int i = h; i < h + dim; i++) {
        y[i] =
            (x[i] - mean)
                    / Math.sqrt(squares + 64e-5)
                    * d.model.tensor(blk + "time_mix_ln.weight")[i]
                + d.model.tensor(blk + "time_mix_ln.bias")[i];
      }
    }
    return y;
  }
}
