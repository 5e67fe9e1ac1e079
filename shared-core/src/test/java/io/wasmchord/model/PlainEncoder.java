package io.wasmchord.model;

import java.util.Arrays;

/**
 * BERT and its kin in plain double precision, with loops as the papers have the formulas. It shares
 * nothing with the runtime. The fields say what a model does; their values are those of BERT.
 */
final class PlainEncoder {
  private final TinyModel model;

  int layers = 3;
  int hidden = 32;
  int heads = 4;
  int feedForward = 48;
  double epsilon = 0.02;
  boolean learnedPositions = true;
  double ropeBase;
  boolean gated;

  PlainEncoder(TinyModel model) {
    this.model = model;
  }

  /** The hidden states of every token after the last layer. */
  double[][] hidden(int[] ids) {
    double[][] x = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      double[] sum = row("token_embd.weight", ids[t]);
      add(sum, model.has("token_types.weight") ? row("token_types.weight", 0) : new double[hidden]);
      add(sum, learnedPositions ? row("position_embd.weight", t) : new double[hidden]);
      x[t] = norm(sum, "token_embd_norm");
    }
    for (int layer = 0; layer < layers; layer++) {
      layer(x, "blk." + layer + ".");
    }
    return x;
  }

  private void layer(double[][] x, String blk) {
    int n = x.length;
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    double[][] v = new double[n][];
    for (int t = 0; t < n; t++) {
      q[t] = turned(part(blk, "attn_q", 0, x[t]), t);
      k[t] = turned(part(blk, "attn_k", 1, x[t]), t);
      v[t] = part(blk, "attn_v", 2, x[t]);
    }
    for (int t = 0; t < n; t++) {
      add(x[t], linear(blk + "attn_output", attend(q[t], k, v), hidden));
      x[t] = norm(x[t], blk + "attn_output_norm");
      double[] up = linear(blk + "ffn_up", x[t], feedForward);
      double[] gate = gated ? linear(blk + "ffn_gate", x[t], feedForward) : up;
      double[] inner = new double[feedForward];
      for (int i = 0; i < feedForward; i++) {
        inner[i] = gated ? gate[i] / (1 + Math.exp(-gate[i])) * up[i] : gelu(up[i]);
      }
      add(x[t], linear(blk + "ffn_down", inner, hidden));
      x[t] = norm(x[t], blk + "layer_output_norm");
    }
  }

  private double[] part(String blk, String name, int which, double[] x) {
    if (model.has(blk + name + ".weight")) {
      return linear(blk + name, x, hidden);
    }
    double[] all = linear(blk + "attn_qkv", x, 3 * hidden);
    return Arrays.copyOfRange(all, which * hidden, (which + 1) * hidden);
  }

  /** Value i of a head turns with value i + half of it. */
  private double[] turned(double[] x, int position) {
    if (ropeBase == 0) {
      return x;
    }
    int dims = hidden / heads;
    double[] out = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      int pair = i % dims % (dims / 2);
      double angle = position * Math.pow(ropeBase, -2.0 * pair / dims);
      boolean first = i % dims < dims / 2;
      double other = first ? -x[i + dims / 2] : x[i - dims / 2];
      out[i] = x[i] * Math.cos(angle) + other * Math.sin(angle);
    }
    return out;
  }

  private double[] attend(double[] q, double[][] k, double[][] v) {
    int dims = hidden / heads;
    double[] out = new double[hidden];
    for (int from = 0; from < hidden; from += dims) {
      double[] p = new double[k.length];
      double sum = 0;
      for (int j = 0; j < k.length; j++) {
        for (int d = from; d < from + dims; d++) {
          p[j] += q[d] * k[j][d] / Math.sqrt(dims);
        }
        p[j] = Math.exp(p[j]);
        sum += p[j];
      }
      for (int j = 0; j < k.length; j++) {
        for (int d = from; d < from + dims; d++) {
          out[d] += p[j] / sum * v[j][d];
        }
      }
    }
    return out;
  }

  private static double gelu(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
  }

  private double[] norm(double[] x, String name) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] =
          (x[i] - mean) / Math.sqrt(variance + epsilon) * model.tensor(name + ".weight")[i]
              + model.tensor(name + ".bias")[i];
    }
    return out;
  }

  private double[] linear(String name, double[] x, int out) {
    float[] weight = model.tensor(name + ".weight");
    double[] y = new double[out];
    for (int r = 0; r < out; r++) {
      y[r] = model.has(name + ".bias") ? model.tensor(name + ".bias")[r] : 0;
      for (int i = 0; i < x.length; i++) {
        y[r] += weight[r * x.length + i] * x[i];
      }
    }
    return y;
  }

  private double[] row(String name, int row) {
    double[] values = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      values[i] = model.tensor(name)[row * hidden + i];
    }
    return values;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}
