package io.wasmchord.model;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * T5 in plain double precision, with loops as https://arxiv.org/abs/1910.10683 and its authors'
 * code have the formulas. It shares nothing with the runtime.
 */
final class PlainStacks implements Tiny.Twin {
  private final TinyModel model;

  int encoders = 3;
  int decoders = 2;
  int hidden = 32;
  int heads = 4;
  int dims = 12; // in a head: 4 * 12 is not the hidden size
  int feedForward = 48;
  int vocabulary = 40;
  int buckets = 16;
  int start;
  double epsilon = 0.02;

  PlainStacks(TinyModel model) {
    this.model = model;
  }

  /** What the encoder gives of every token. */
  double[][] encoded(int[] ids) {
    double[][] x = embedded(ids);
    for (int layer = 0; layer < encoders; layer++) {
      String blk = "enc.blk." + layer + ".";
      double[][] in = norms(x, blk + "attn_norm");
      String biases = biases("enc.blk.", layer);
      add(x, attend(blk + "attn", in, in, biases, true));
      add(x, feedForward(blk, norms(x, blk + "ffn_norm")));
    }
    return norms(x, "enc.output_norm");
  }

  /** The decoder gets the same tokens, with its start in place of the first. */
  @Override
  public double[][] logits(int[] ids) {
    int[] own = ids.clone();
    own[0] = start;
    return logits(ids, own);
  }

  double[][] logits(int[] ids, int[] own) {
    double[][] rows = encoded(ids);
    double[][] x = embedded(own);
    for (int layer = 0; layer < decoders; layer++) {
      String blk = "dec.blk." + layer + ".";
      double[][] in = norms(x, blk + "attn_norm");
      add(x, attend(blk + "attn", in, in, biases("dec.blk.", layer), false));
      add(x, attend(blk + "cross_attn", norms(x, blk + "cross_attn_norm"), rows, "", true));
      add(x, feedForward(blk, norms(x, blk + "ffn_norm")));
    }
    boolean tied = !model.has("output.weight");
    double[][] logits = linear(tied ? "token_embd" : "output", norms(x, "dec.output_norm"));
    double factor = tied ? 1 / Math.sqrt(hidden) : 1;
    return each(logits, value -> value * factor);
  }

  private double[][] embedded(int[] ids) {
    float[] all = model.tensor("token_embd.weight");
    double[][] x = new double[ids.length][hidden];
    for (int t = 0; t < ids.length; t++) {
      for (int i = 0; i < hidden; i++) {
        x[t][i] = all[ids[t] * hidden + i];
      }
    }
    return x;
  }

  private String biases(String blocks, int layer) {
    String own = blocks + layer + ".attn_rel_b.weight";
    return model.has(own) ? own : blocks + "0.attn_rel_b.weight";
  }

  /** As the authors have it: a number of the distance from the key to the query. */
  private int bucket(int after, boolean both) {
    int n = -after;
    int bucket = 0;
    int count = buckets;
    if (both) {
      count /= 2;
      bucket = n < 0 ? count : 0;
      n = Math.abs(n);
    } else {
      n = Math.max(n, 0);
    }
    int exact = count / 2;
    if (n < exact) {
      return bucket + n;
    }
    double large = exact + Math.log((double) n / exact) / Math.log(128.0 / exact) * (count - exact);
    return bucket + Math.min((int) (large + 1e-9), count - 1);
  }

  private double[][] attend(
      String name, double[][] x, double[][] rows, String biases, boolean all) {
    boolean both = name.startsWith("enc");
    double[][] q = linear(name + "_q", x);
    double[][] k = linear(name + "_k", rows);
    double[][] v = linear(name + "_v", rows);
    double[][] out = new double[x.length][heads * dims];
    for (int t = 0; t < x.length; t++) {
      for (int head = 0; head < heads; head++) {
        int seen = all ? rows.length : t + 1;
        double[] p = new double[seen];
        double sum = 0;
        for (int j = 0; j < seen; j++) {
          for (int d = head * dims; d < (head + 1) * dims; d++) {
            p[j] += q[t][d] * k[j][d];
          }
          if (!biases.isEmpty()) {
            p[j] += model.tensor(biases)[bucket(j - t, both) * heads + head];
          }
        }
        double max = Arrays.stream(p).max().orElseThrow();
        for (int j = 0; j < seen; j++) {
          p[j] = Math.exp(p[j] - max);
          sum += p[j];
        }
        for (int j = 0; j < seen; j++) {
          for (int d = head * dims; d < (head + 1) * dims; d++) {
            out[t][d] += p[j] / sum * v[j][d];
          }
        }
      }
    }
    return linear(name + "_o", out);
  }

  private double[][] feedForward(String blk, double[][] x) {
    double[][] up = linear(blk + "ffn_up", x);
    if (!model.has(blk + "ffn_gate.weight")) {
      return linear(blk + "ffn_down", each(up, value -> Math.max(value, 0)));
    }
    double[][] gate = each(linear(blk + "ffn_gate", x), PlainDecoder::gelu);
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < feedForward; i++) {
        up[t][i] *= gate[t][i];
      }
    }
    return linear(blk + "ffn_down", up);
  }

  private double[][] norms(double[][] x, String name) {
    float[] weight = model.tensor(name + ".weight");
    double[][] out = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double square = Arrays.stream(x[t]).map(a -> a * a).average().orElseThrow();
      out[t] = new double[hidden];
      for (int i = 0; i < hidden; i++) {
        out[t][i] = x[t][i] / Math.sqrt(square + epsilon) * weight[i];
      }
    }
    return out;
  }

  private double[][] linear(String name, double[][] x) {
    float[] weight = model.tensor(name + ".weight");
    return Arrays.stream(x)
        .map(row -> PlainDecoder.times(weight, row, weight.length / row.length))
        .toArray(double[][]::new);
  }

  private static double[][] each(double[][] x, DoubleUnaryOperator function) {
    return Arrays.stream(x)
        .map(row -> Arrays.stream(row).map(function).toArray())
        .toArray(double[][]::new);
  }

  private static void add(double[][] x, double[][] y) {
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] += y[t][i];
      }
    }
  }
}
