package io.wasmchord.model;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * BERT and its kin in plain double precision, with loops as the papers have the formulas. It shares
 * nothing with the runtime. The fields say what a model does; their values are those of BERT. A
 * norm is where the model has its tensor.
 */
final class PlainEncoder {
  private final TinyModel model;

  int layers = 3;
  int hidden = 32;
  int heads = 4;
  int kvHeads = 4;
  int dims = 8; // in a head
  int feedForward = 48;
  double epsilon = 0.02;
  double embeddingScale = 1;
  boolean learnedPositions = true;
  boolean rms; // norms are those of root mean squares
  double alibi; // how steep the slopes of heads are, whose number is a power of two
  boolean neighbours; // turn together, and not the halves of a head
  String lastNorm = "output_norm";
  double ropeBase;
  double localRopeBase;
  boolean gated;
  DoubleUnaryOperator activation = PlainDecoder::geluErf;
  int used; // experts of a token
  int window; // tokens at most half of it away are seen in layers with a window
  int period; // of so many layers all but one have it
  int global; // which of them has not

  PlainEncoder(TinyModel model) {
    this.model = model;
  }

  /** The hidden states of every token after the last layer. */
  double[][] hidden(int[] ids) {
    double[][] x = new double[ids.length][];
    for (int t = 0; t < ids.length; t++) {
      double[] sum = scaled(row("token_embd.weight", ids[t]), embeddingScale);
      add(sum, model.has("token_types.weight") ? row("token_types.weight", 0) : new double[hidden]);
      add(sum, learnedPositions ? row("position_embd.weight", t) : new double[hidden]);
      x[t] = norm(sum, "token_embd_norm");
    }
    for (int layer = 0; layer < layers; layer++) {
      layer(x, layer);
    }
    return Arrays.stream(x).map(row -> norm(row, lastNorm)).toArray(double[][]::new);
  }

  /** What becomes of a pooled vector: two linear layers, where the model has them. */
  double[] afterPooling(double[] pooled) {
    if (!model.has("dense_2.weight")) {
      return pooled;
    }
    int width = model.tensor("dense_2.weight").length / hidden;
    return linear("dense_3", linear("dense_2", pooled, width), hidden);
  }

  private boolean local(int layer) {
    return window > 0 && layer % period != global;
  }

  private void layer(double[][] x, int layer) {
    String blk = "blk." + layer + ".";
    double base = local(layer) ? localRopeBase : ropeBase;
    int n = x.length;
    double[][] q = new double[n][];
    double[][] k = new double[n][];
    double[][] v = new double[n][];
    for (int t = 0; t < n; t++) {
      double[] in = norm(x[t], blk + "attn_norm");
      q[t] = turned(norm(part(blk, "attn_q", 0, in), blk + "attn_q_norm"), t, base);
      k[t] = turned(norm(part(blk, "attn_k", 1, in), blk + "attn_k_norm"), t, base);
      v[t] = part(blk, "attn_v", 2, in);
    }
    for (int t = 0; t < n; t++) {
      int from = local(layer) ? Math.max(0, t - window / 2) : 0;
      int to = local(layer) ? Math.min(n, t + window / 2 + 1) : n;
      double[] attended =
          attend(q[t], Arrays.copyOfRange(k, from, to), Arrays.copyOfRange(v, from, to), t - from);
      double[] taken = x[t].clone();
      add(x[t], norm(linear(blk + "attn_output", attended, hidden), blk + "post_attention_norm"));
      x[t] = norm(x[t], blk + "attn_output_norm");
      if (model.has(blk + "attn_norm_2.weight")) {
        add(x[t], taken);
        x[t] = norm(x[t], blk + "attn_norm_2");
      }
      double[] fed = feedForward(norm(x[t], blk + "ffn_norm"), blk);
      add(x[t], norm(fed, blk + "post_ffw_norm"));
      x[t] = norm(x[t], blk + "layer_output_norm");
    }
  }

  /** Of the experts, which have no gate, the likeliest give what they give times their share. */
  private double[] mixture(double[] x, String blk) {
    int experts = model.tensor(blk + "ffn_gate_inp.weight").length / hidden;
    double[] shares = linear(blk + "ffn_gate_inp", x, experts);
    double all = Arrays.stream(shares).map(Math::exp).sum();
    for (int e = 0; e < experts; e++) {
      shares[e] = Math.exp(shares[e]) / all;
    }
    double[] sorted = shares.clone();
    Arrays.sort(sorted);
    double[] out = new double[hidden];
    for (int e = 0; e < experts; e++) {
      if (shares[e] >= sorted[experts - used]) {
        double[] inner = expert(blk + "ffn_up_exps.weight", e, x, feedForward);
        double[] active = Arrays.stream(inner).map(activation).toArray();
        add(out, scaled(expert(blk + "ffn_down_exps.weight", e, active, hidden), shares[e]));
      }
    }
    return out;
  }

  private double[] expert(String name, int e, double[] x, int out) {
    float[] all = model.tensor(name);
    int from = e * out * x.length;
    return PlainDecoder.times(Arrays.copyOfRange(all, from, from + out * x.length), x, out);
  }

  private double[] feedForward(double[] x, String blk) {
    if (model.has(blk + "ffn_gate_inp.weight")) {
      return mixture(x, blk);
    }
    boolean fused = gated && !model.has(blk + "ffn_gate.weight"); // the gate's rows come first
    double[] up = linear(blk + "ffn_up", x, fused ? 2 * feedForward : feedForward);
    double[] gate = gated && !fused ? linear(blk + "ffn_gate", x, feedForward) : up;
    double[] inner = new double[feedForward];
    for (int i = 0; i < feedForward; i++) {
      double active = activation.applyAsDouble(gate[i]);
      inner[i] = gated ? active * up[fused ? feedForward + i : i] : active;
    }
    return linear(blk + "ffn_down", inner, hidden);
  }

  private double[] part(String blk, String name, int which, double[] x) {
    if (model.has(blk + name + ".weight")) {
      return linear(blk + name, x, (which == 0 ? heads : kvHeads) * dims);
    }
    double[] all = linear(blk + "attn_qkv", x, 3 * hidden);
    return Arrays.copyOfRange(all, which * hidden, (which + 1) * hidden);
  }

  /** Value i of a head turns with value i + half of it. */
  private double[] turned(double[] x, int position, double base) {
    if (base == 0) {
      return x;
    }
    double[] out = new double[x.length];
    for (int i = 0; neighbours && i < x.length; i += 2) {
      double angle = position * Math.pow(base, -(double) (i % dims) / dims);
      out[i] = x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle);
      out[i + 1] = x[i + 1] * Math.cos(angle) + x[i] * Math.sin(angle);
    }
    for (int i = 0; !neighbours && i < x.length; i++) {
      int pair = i % dims % (dims / 2);
      double angle = position * Math.pow(base, -2.0 * pair / dims);
      boolean first = i % dims < dims / 2;
      double other = first ? -x[i + dims / 2] : x[i - dims / 2];
      out[i] = x[i] * Math.cos(angle) + other * Math.sin(angle);
    }
    return out;
  }

  private double[] attend(double[] q, double[][] k, double[][] v, int own) {
    double[] out = new double[heads * dims];
    for (int head = 0; head < heads; head++) {
      int from = head * dims;
      int kv = head / (heads / kvHeads) * dims;
      double[] p = new double[k.length];
      double sum = 0;
      for (int j = 0; j < k.length; j++) {
        for (int d = 0; d < dims; d++) {
          p[j] += q[from + d] * k[j][kv + d] / Math.sqrt(dims);
        }
        p[j] -= alibi == 0 ? 0 : Math.pow(2, -alibi * (head + 1) / heads) * Math.abs(j - own);
        p[j] = Math.exp(p[j]);
        sum += p[j];
      }
      for (int j = 0; j < k.length; j++) {
        for (int d = 0; d < dims; d++) {
          out[from + d] += p[j] / sum * v[j][kv + d];
        }
      }
    }
    return out;
  }

  /** The norm of every run of as many values as it has factors, if there is such a norm. */
  private double[] norm(double[] x, String name) {
    if (!model.has(name + ".weight")) {
      return x;
    }
    float[] weight = model.tensor(name + ".weight");
    double[] out = new double[x.length];
    for (int from = 0; from < x.length; from += weight.length) {
      double[] run = Arrays.copyOfRange(x, from, from + weight.length);
      double mean = rms ? 0 : Arrays.stream(run).average().orElseThrow();
      double square = Arrays.stream(run).map(a -> (a - mean) * (a - mean)).average().orElseThrow();
      for (int i = 0; i < run.length; i++) {
        out[from + i] = (run[i] - mean) / Math.sqrt(square + epsilon) * weight[i];
        out[from + i] += model.has(name + ".bias") ? model.tensor(name + ".bias")[i] : 0;
      }
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

  private static double[] scaled(double[] x, double factor) {
    return Arrays.stream(x).map(a -> a * factor).toArray();
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}
