package io.wasmchord.model;

/** The attention of a {@link PlainDecoder}, written as plainly. */
final class PlainAttention {
  private PlainAttention() {}

  /** What position {@code t} of a layer sees. */
  static double[] of(PlainDecoder d, double[] q, double[][] k, double[][] v, int t, int layer) {
    double[] out = new double[d.heads * d.headDim];
    for (int h = 0; h < d.heads; h++) {
      int kv = h / (d.heads / d.kvHeads) * d.headDim;
      double[] p = new double[t + 1];
      double sum = 0;
      for (int j = 0; j <= t; j++) {
        boolean before = d.rare.chunked ? j < t / d.window * d.window : t - j >= d.window;
        if (d.local(layer) && before) {
          continue;
        }
        double score = 0;
        for (int i = 0; i < d.headDim; i++) {
          score += q[h * d.headDim + i] * k[j][kv + i];
        }
        score *= d.attentionScale;
        score = d.scoreCap == 0 ? score : d.scoreCap * Math.tanh(score / d.scoreCap);
        score = d.rare.score(score, h, d.heads, t - j);
        p[j] = Math.exp(score);
        sum += p[j];
      }
      String sinks = "blk." + layer + ".attn_sinks.weight";
      sum += d.model.has(sinks) ? Math.exp(d.model.tensor(sinks)[h]) : 0;
      for (int j = 0; j <= t; j++) {
        for (int i = 0; i < d.headDim; i++) {
          out[h * d.headDim + i] += p[j] / sum * v[j][kv + i];
        }
      }
    }
    return out;
  }
}
