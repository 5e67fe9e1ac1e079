package io.wasmchord.model;

import java.util.Arrays;

/**
 * Gemma 4 in plain double precision, written as plainly as {@link PlainDecoder} and as apart from
 * the runtime. Layers differ in heads and widths; the last ones take keys and values of earlier
 * ones; every layer has rows of its own of each token.
 */
final class PlainGemma implements Tiny.Twin {
  private final TinyModel model;
  private final double epsilon;

  final int hidden = 32;
  final int heads = 4;
  int layerInput = 12;
  int window = 5;
  int[] sliding = {1, 0, 1, 0, 1, 1, 0};
  int shared = 3;
  int slidingDim = 8;
  int fullDim = 16;
  int slidingHeads = 2; // of keys and values
  int fullHeads = 1;
  double logitCap = 30;
  double[] slidingFrequencies = PlainDecoder.frequencies(8, 10000);
  double[] fullFrequencies = PlainDecoder.frequencies(16, 1e6);
  int experts; // of which a token goes through two
  int expertWidth = 20;

  PlainGemma(TinyModel model, double epsilon) {
    this.model = model;
    this.epsilon = epsilon;
  }

  int layers() {
    return sliding.length;
  }

  int dim(int layer) {
    return sliding[layer] != 0 ? slidingDim : fullDim;
  }

  int kvHeads(int layer) {
    return sliding[layer] != 0 ? slidingHeads : fullHeads;
  }

  /** The layer whose keys and values a layer takes. */
  int source(int layer) {
    int own = layers() - shared;
    return layer < own ? layer : own - (sliding[layer] != 0 ? 2 : 1);
  }

  @Override
  public double[][] logits(int[] ids) {
    int n = ids.length;
    double[][] x = new double[n][hidden];
    double[][][] inputs = new double[n][][];
    for (int t = 0; t < n; t++) {
      for (int i = 0; i < hidden; i++) {
        x[t][i] = model.tensor("token_embd.weight")[ids[t] * hidden + i] * Math.sqrt(hidden);
      }
      inputs[t] = layerInput == 0 ? new double[0][] : inputs(ids[t], x[t]);
    }
    double[][][] keys = new double[layers()][][];
    double[][][] values = new double[layers()][][];
    for (int layer = 0; layer < layers(); layer++) {
      String blk = "blk." + layer + ".";
      double[][] in = new double[n][];
      for (int t = 0; t < n; t++) {
        in[t] = norm(x[t], blk + "attn_norm");
      }
      if (source(layer) == layer) {
        store(blk, layer, in, keys, values);
      }
      for (int t = 0; t < n; t++) {
        double[] out = attend(blk, layer, in[t], t, keys, values);
        add(x[t], norm(out, blk + "post_attention_norm"));
        add(x[t], norm(feedForward(blk, layer, x[t]), blk + "post_ffw_norm"));
        if (layerInput > 0) {
          double[] gate = linear(blk + "inp_gate", x[t]);
          for (int i = 0; i < layerInput; i++) {
            gate[i] = PlainDecoder.gelu(gate[i]) * inputs[t][layer][i];
          }
          add(x[t], norm(linear(blk + "proj", gate), blk + "post_norm"));
        }
        if (model.has(blk + "layer_output_scale.weight")) {
          for (int i = 0; i < hidden; i++) {
            x[t][i] *= model.tensor(blk + "layer_output_scale.weight")[0];
          }
        }
      }
    }
    double[][] logits = new double[n][];
    for (int t = 0; t < n; t++) {
      logits[t] = linear("token_embd", norm(x[t], "output_norm"));
      for (int i = 0; i < logits[t].length; i++) {
        logits[t][i] = logitCap * Math.tanh(logits[t][i] / logitCap);
      }
    }
    return logits;
  }

  /** What the layers are given of a token: looked up, and projected from its embedding. */
  double[][] inputs(int id, double[] x) {
    double[] projected = linear("per_layer_model_proj", x);
    double[][] inputs = new double[layers()][];
    for (int layer = 0; layer < layers(); layer++) {
      int from = layer * layerInput;
      double[] own = Arrays.copyOfRange(projected, from, from + layerInput);
      for (int i = 0; i < layerInput; i++) {
        own[i] /= Math.sqrt(hidden);
      }
      inputs[layer] = norm(own, "per_layer_proj_norm");
      for (int i = 0; i < layerInput; i++) {
        float looked =
            model.tensor("per_layer_token_embd.weight")[id * layers() * layerInput + from + i];
        inputs[layer][i] = (inputs[layer][i] + looked * Math.sqrt(layerInput)) / Math.sqrt(2);
      }
    }
    return inputs;
  }

  void store(String blk, int layer, double[][] in, double[][][] keys, double[][][] values) {
    keys[layer] = new double[in.length][];
    values[layer] = new double[in.length][];
    for (int t = 0; t < in.length; t++) {
      double[] k = linear(blk + "attn_k", in[t]);
      double[] v = model.has(blk + "attn_v.weight") ? linear(blk + "attn_v", in[t]) : k.clone();
      keys[layer][t] = turned(heads(k, dim(layer), blk + "attn_k_norm"), layer, t);
      values[layer][t] = heads(v, dim(layer), null);
    }
  }

  double[] attend(
      String blk, int layer, double[] in, int t, double[][][] keys, double[][][] values) {
    int dim = dim(layer);
    double[] q = turned(heads(linear(blk + "attn_q", in), dim, blk + "attn_q_norm"), layer, t);
    double[][] k = keys[source(layer)];
    double[][] v = values[source(layer)];
    double[] out = new double[heads * dim];
    for (int h = 0; h < heads; h++) {
      int kv = h / (heads / kvHeads(layer)) * dim;
      double sum = 0;
      double[] p = new double[t + 1];
      for (int j = 0; j <= t; j++) {
        if (sliding[layer] == 0 || t - j < window) {
          double score = 0;
          for (int i = 0; i < dim; i++) {
            score += q[h * dim + i] * k[j][kv + i];
          }
          p[j] = Math.exp(score);
          sum += p[j];
        }
      }
      for (int j = 0; j <= t; j++) {
        for (int i = 0; i < dim; i++) {
          out[h * dim + i] += p[j] / sum * v[j][kv + i];
        }
      }
    }
    return linear(blk + "attn_output", out);
  }

  private double[] feedForward(String blk, int layer, double[] x) {
    if (experts == 0) {
      return dense(blk, x);
    }
    double[] sum = norm(dense(blk, x), blk + "post_ffw_norm_1");
    add(sum, norm(mixture(blk, x), blk + "post_ffw_norm_2"));
    return sum;
  }

  private double[] mixture(String blk, double[] x) {
    double[] router = normed(x);
    for (int i = 0; i < hidden; i++) {
      router[i] *= model.tensor(blk + "ffn_gate_inp.scale")[i] / Math.sqrt(hidden);
    }
    double[] p = linear(blk + "ffn_gate_inp", router);
    Integer[] order = new Integer[experts];
    for (int e = 0; e < experts; e++) {
      p[e] = Math.exp(p[e]);
      order[e] = e;
    }
    Arrays.sort(order, (a, b) -> Double.compare(p[b], p[a]));
    double all = p[order[0]] + p[order[1]];
    double[] y = norm(x, blk + "pre_ffw_norm_2");
    double[] out = new double[hidden];
    for (int e : new int[] {order[0], order[1]}) {
      double[] both = slice(blk + "ffn_gate_up_exps.weight", e, y, 2 * expertWidth);
      double[] wide = new double[expertWidth];
      for (int i = 0; i < expertWidth; i++) {
        wide[i] = PlainDecoder.gelu(both[i]) * both[expertWidth + i];
      }
      double[] given = slice(blk + "ffn_down_exps.weight", e, wide, hidden);
      for (int i = 0; i < hidden; i++) {
        out[i] += given[i] * model.tensor(blk + "ffn_down_exps.scale")[e] * p[e] / all;
      }
    }
    return out;
  }

  private double[] slice(String name, int expert, double[] x, int rows) {
    int size = rows * x.length;
    float[] w = model.tensor(name);
    return PlainDecoder.times(Arrays.copyOfRange(w, expert * size, (expert + 1) * size), x, rows);
  }

  private double[] dense(String blk, double[] x) {
    double[] y = norm(x, blk + "ffn_norm");
    double[] gate = linear(blk + "ffn_gate", y);
    double[] up = linear(blk + "ffn_up", y);
    for (int i = 0; i < up.length; i++) {
      up[i] *= PlainDecoder.gelu(gate[i]);
    }
    return linear(blk + "ffn_down", up);
  }

  private double[] turned(double[] x, int layer, int position) {
    int dim = dim(layer);
    double[] frequencies = sliding[layer] != 0 ? slidingFrequencies : fullFrequencies;
    double[] out = x.clone();
    for (int at = 0; at < x.length; at += dim) {
      for (int i = 0; i < dim / 2; i++) {
        double angle = position * frequencies[i];
        double a = x[at + i];
        double b = x[at + i + dim / 2];
        out[at + i] = a * Math.cos(angle) - b * Math.sin(angle);
        out[at + i + dim / 2] = a * Math.sin(angle) + b * Math.cos(angle);
      }
    }
    return out;
  }

  /** Heads normed one by one, with factors or without. */
  private double[] heads(double[] x, int dim, String factors) {
    double[] out = new double[x.length];
    for (int at = 0; at < x.length; at += dim) {
      double[] head = normed(Arrays.copyOfRange(x, at, at + dim));
      for (int i = 0; i < dim; i++) {
        out[at + i] = factors == null ? head[i] : head[i] * model.tensor(factors + ".weight")[i];
      }
    }
    return out;
  }

  double[] norm(double[] x, String factors) {
    return heads(x, x.length, factors);
  }

  private double[] normed(double[] x) {
    double squares = 0;
    for (double value : x) {
      squares += value * value / x.length;
    }
    double[] out = x.clone();
    for (int i = 0; i < x.length; i++) {
      out[i] /= Math.sqrt(squares + epsilon);
    }
    return out;
  }

  double[] linear(String name, double[] x) {
    float[] w = model.tensor(name + ".weight");
    return PlainDecoder.times(w, x, w.length / x.length);
  }

  static void add(double[] x, double[] delta) {
    for (int i = 0; i < x.length; i++) {
      x[i] += delta[i];
    }
  }
}
