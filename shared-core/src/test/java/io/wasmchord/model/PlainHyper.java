package io.wasmchord.model;

import java.util.function.UnaryOperator;

/**
 * Several residual streams with factors that are made of all of them, in plain double precision, as
 * HY 4 has them: each sub-layer takes their weighted sum and is added to each of them, weighted.
 */
final class PlainHyper {
  int streams = 3;
  double epsilon = 0.05;
  double magnitude = 1.6;
  private double[][][] x; // by token

  /** Writes the keys that say so. */
  void put(TinyModel model) {
    model
        .put("hyper_connection.count", streams)
        .put("hyper_connection.epsilon", epsilon)
        .put("hyper_connection.magnitude", magnitude);
  }

  /** Writes what makes factors: two of each stream, or of the last of them one. */
  void tensors(TinyModel model, String prefix, int hidden, int kinds) {
    model
        .matrix(prefix + "fn.weight", streams * hidden, kinds * streams)
        .random(prefix + "base.weight", 0, 0.5, kinds * streams)
        .random(prefix + "scale.weight", 1, 0.4, kinds);
  }

  void start(double[][] embedded) {
    x = new double[embedded.length][streams][];
    for (int t = 0; t < embedded.length; t++) {
      for (int i = 0; i < streams; i++) {
        x[t][i] = embedded[t].clone();
      }
    }
  }

  void layer(PlainDecoder d, int layer) {
    String blk = "blk." + layer + ".";
    sub(
        d,
        blk + "hc_attn_",
        in -> d.mixed(blk, each(in, r -> d.norm(r, blk + "attn_norm", d.hidden)), layer));
    sub(
        d,
        blk + "hc_ffn_",
        in ->
            each(
                each(in, r -> d.norm(r, blk + "ffn_norm", d.hidden)),
                r -> d.feedForward(blk, layer, r)));
  }

  /** What the last norm takes. */
  void finish(PlainDecoder d, double[][] out) {
    for (int t = 0; t < out.length; t++) {
      out[t] = reduced(x[t], factors(d, "output_hc_", x[t], 1, 0));
    }
  }

  private void sub(PlainDecoder d, String prefix, UnaryOperator<double[][]> layer) {
    double[][] in = new double[x.length][];
    double[][] after = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      in[t] = reduced(x[t], factors(d, prefix, x[t], 2, 0));
      after[t] = factors(d, prefix, x[t], 2, 1);
    }
    double[][] out = layer.apply(in);
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < streams; i++) {
        for (int j = 0; j < d.hidden; j++) {
          x[t][i][j] += after[t][i] * out[t][j];
        }
      }
    }
  }

  private static double[][] each(double[][] rows, UnaryOperator<double[]> made) {
    double[][] out = new double[rows.length][];
    for (int t = 0; t < rows.length; t++) {
      out[t] = made.apply(rows[t]);
    }
    return out;
  }

  private double[] factors(PlainDecoder d, String prefix, double[][] all, int kinds, int kind) {
    double[] flat = new double[streams * d.hidden];
    double squares = 0;
    for (int i = 0; i < flat.length; i++) {
      flat[i] = all[i / d.hidden][i % d.hidden];
      squares += flat[i] * flat[i];
    }
    for (int i = 0; i < flat.length; i++) {
      flat[i] /= Math.sqrt(squares / flat.length + d.epsilon);
    }
    float[] weight = d.model.tensor(prefix + "fn.weight");
    double[] made = PlainDecoder.times(weight, flat, kinds * streams);
    double[] factors = new double[streams];
    for (int i = 0; i < streams; i++) {
      int row = kind * streams + i;
      double scaled = made[row] * d.model.tensor(prefix + "scale.weight")[kind];
      double logit = scaled + d.model.tensor(prefix + "base.weight")[row];
      factors[i] = (kind == 1 ? magnitude : 1) / (1 + Math.exp(-logit)) + epsilon;
    }
    return factors;
  }

  private static double[] reduced(double[][] all, double[] factors) {
    double[] sum = new double[all[0].length];
    for (int i = 0; i < all.length; i++) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += factors[i] * all[i][j];
      }
    }
    return sum;
  }
}
