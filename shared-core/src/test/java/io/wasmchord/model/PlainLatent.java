package io.wasmchord.model;

import java.util.Arrays;

/**
 * Latent attention in plain double precision, as its paper has it: keys and values of every head
 * are made of a short row, and every key ends with the same values, which rope turned. Nothing is
 * absorbed here, whatever the file's form.
 */
final class PlainLatent {
  int queryRank; // 0 where queries are made of the hidden state
  int rank = 12;
  int unturned = 8;
  int turned = 4;
  int value = 8;
  double scale; // of scores, 0 for the model's
  double[] frequencies; // null for the model's
  double temperature; // queries grow with their position
  int temperatureLength = 8;
  boolean keyNorm; // of the values that every key ends with
  PlainLatent sliding; // that of layers with a window, where it is another
  boolean split = true; // a matrix for each head's keys and one for its values

  /** Writes the keys that say so. */
  PlainLatent put(TinyModel model, int heads) {
    if (queryRank > 0) {
      model.put("attention.q_lora_rank", queryRank);
    }
    model
        .put("attention.kv_lora_rank", rank)
        .put("rope.dimension_count", turned)
        .put("attention.head_count_kv", split ? 1 : heads)
        .put("attention.key_length", split ? rank + turned : unturned + turned)
        .put("attention.value_length", split ? rank : value);
    if (split) {
      model
          .put("attention.key_length_mla", unturned + turned)
          .put("attention.value_length_mla", value);
    }
    return this;
  }

  /** Writes a layer's tensors. */
  void tensors(TinyModel model, String blk, int hidden, int heads) {
    if (keyNorm) {
      model.norm(blk + "attn_k_norm", turned);
    }
    int queries = heads * (unturned + turned);
    if (queryRank > 0) {
      model
          .matrix(blk + "attn_q_a.weight", hidden, queryRank)
          .norm(blk + "attn_q_a_norm", queryRank)
          .matrix(blk + "attn_q_b.weight", queryRank, queries);
    } else {
      model.matrix(blk + "attn_q.weight", hidden, queries);
    }
    model
        .matrix(blk + "attn_kv_a_mqa.weight", hidden, rank + turned)
        .norm(blk + "attn_kv_a_norm", rank);
    if (split) {
      model
          .matrix(blk + "attn_k_b.weight", unturned, rank, heads)
          .matrix(blk + "attn_v_b.weight", rank, value, heads);
    } else {
      model.matrix(blk + "attn_kv_b.weight", rank, heads * (unturned + value));
    }
    model.matrix(blk + "attn_output.weight", heads * value, hidden);
  }

  /** What a layer's attention gives. */
  double[][] of(PlainDecoder d, String blk, double[][] in) {
    int layer = Integer.parseInt(blk.split("\\.")[1]);
    boolean near = sliding != null && d.local(layer);
    return near ? sliding.of(d, blk, in, d.window) : of(d, blk, in, in.length);
  }

  private double[][] of(PlainDecoder d, String blk, double[][] in, int window) {
    int n = in.length;
    double[][][] q = new double[n][d.heads][];
    double[][][] k = new double[n][d.heads][];
    double[][][] v = new double[n][d.heads][];
    for (int t = 0; t < n; t++) {
      double[] queries = queries(d, blk, in[t]);
      double[] down = d.linear(blk + "attn_kv_a_mqa", in[t], rank + turned);
      double[] row = d.norm(Arrays.copyOfRange(down, 0, rank), blk + "attn_kv_a_norm", rank);
      double[] end = Arrays.copyOfRange(down, rank, rank + turned);
      double[] shared = turned(d, keyNorm ? d.norm(end, blk + "attn_k_norm", turned) : end, t);
      for (int h = 0; h < d.heads; h++) {
        int from = h * (unturned + turned);
        double[] own = Arrays.copyOfRange(queries, from, from + unturned);
        double[] rest = Arrays.copyOfRange(queries, from + unturned, from + unturned + turned);
        q[t][h] = joined(own, turned(d, rest, t));
        k[t][h] = joined(key(d, blk, h, row), shared);
        v[t][h] = value(d, blk, h, row);
      }
    }
    double[][] out = new double[n][];
    for (int t = 0; t < n; t++) {
      double[] all = new double[d.heads * value];
      for (int h = 0; h < d.heads; h++) {
        double[] given =
            attended(d, blk, q[t][h], k, v, h, new int[] {Math.max(0, t - window + 1), t});
        System.arraycopy(given, 0, all, h * value, value);
      }
      d.gate(blk, in[t], all);
      out[t] = d.linear(blk + "attn_output", all, d.hidden);
    }
    return out;
  }

  private double[] queries(PlainDecoder d, String blk, double[] in) {
    int queries = d.heads * (unturned + turned);
    if (queryRank == 0) {
      return d.linear(blk + "attn_q", in, queries);
    }
    double[] row = d.linear(blk + "attn_q_a", in, queryRank);
    return d.linear(blk + "attn_q_b", d.norm(row, blk + "attn_q_a_norm", queryRank), queries);
  }

  private double[] key(PlainDecoder d, String blk, int h, double[] row) {
    double[] key = new double[unturned];
    for (int i = 0; i < unturned; i++) {
      for (int r = 0; r < rank; r++) {
        key[i] +=
            row[r]
                * (split
                    ? d.model.tensor(blk + "attn_k_b.weight")[(h * rank + r) * unturned + i]
                    : both(d, blk, h, i, r));
      }
    }
    return key;
  }

  private double[] value(PlainDecoder d, String blk, int h, double[] row) {
    double[] out = new double[value];
    for (int i = 0; i < value; i++) {
      for (int r = 0; r < rank; r++) {
        out[i] +=
            row[r]
                * (split
                    ? d.model.tensor(blk + "attn_v_b.weight")[(h * value + i) * rank + r]
                    : both(d, blk, h, unturned + i, r));
      }
    }
    return out;
  }

  private double both(PlainDecoder d, String blk, int h, int i, int r) {
    return d.model.tensor(blk + "attn_kv_b.weight")[(h * (unturned + value) + i) * rank + r];
  }

  private double[] turned(PlainDecoder d, double[] x, int position) {
    if (d.ropeDim == 0) {
      return x;
    }
    double[] out = new double[turned];
    for (int i = 0; i < turned / 2; i++) {
      int a = d.neox ? i : 2 * i;
      int b = d.neox ? i + turned / 2 : 2 * i + 1;
      double f = frequencies == null ? d.frequencies[i] : frequencies[i];
      double cos = d.magnitude * Math.cos(position * f);
      double sin = d.magnitude * Math.sin(position * f);
      out[a] = x[a] * cos - x[b] * sin;
      out[b] = x[a] * sin + x[b] * cos;
    }
    return out;
  }

  private static double[] joined(double[] a, double[] b) {
    double[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private double[] attended(
      PlainDecoder d, String blk, double[] q, double[][][] k, double[][][] v, int h, int[] range) {
    int first = range[0];
    int t = range[1];
    double[] p = new double[t + 1];
    double sum = 0;
    for (int j = first; j <= t; j++) {
      double score = 0;
      for (int i = 0; i < q.length; i++) {
        score += q[i] * k[j][h][i];
      }
      score *= 1 + temperature * Math.log(t / temperatureLength + 1);
      p[j] = Math.exp(score * (scale == 0 ? d.attentionScale : scale));
      sum += p[j];
    }
    String sinks = blk + "attn_sinks.weight";
    sum += d.model.has(sinks) ? Math.exp(d.model.tensor(sinks)[h]) : 0;
    double[] out = new double[value];
    for (int j = first; j <= t; j++) {
      for (int i = 0; i < value; i++) {
        out[i] += p[j] / sum * v[j][h][i];
      }
    }
    return out;
  }
}
