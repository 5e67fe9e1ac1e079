package io.wasmchord.model;

/** Lightning attention in plain double precision, as https://arxiv.org/abs/2501.08313 has it. */
final class PlainLightning {
  private PlainLightning() {}

  /** Writes a layer's tensors. */
  static void tensors(Tiny t, String blk) {
    int hidden = t.plain.hidden;
    int inner = t.plain.heads * t.plain.headDim;
    t.model
        .matrix(blk + "attn_qkv.weight", hidden, 3 * inner)
        .matrix(blk + "attn_gate.weight", hidden, inner)
        .norm(blk + "attn_norm_2", inner)
        .matrix(blk + "attn_output.weight", inner, hidden);
  }

  private static double decay(PlainDecoder d, int head, int layer) {
    double start = Math.pow(2, -Math.pow(2, 3 - Math.log(d.heads) / Math.log(2)));
    double slope = start * Math.pow(start, head);
    return Math.exp(-slope * (1 - (double) layer / (d.layers - 1) + 1e-5));
  }

  /** What a layer gives. */
  static double[][] of(PlainDecoder d, String blk, double[][] in) {
    int layer = Integer.parseInt(blk.split("\\.")[1]);
    int dim = d.headDim;
    int inner = d.heads * dim;
    double[][] out = new double[in.length][];
    double[][][] s = new double[d.heads][dim][dim];
    for (int t = 0; t < in.length; t++) {
      double[] mixed = d.linear(blk + "attn_qkv", in[t], 3 * inner);
      double[] y = new double[inner];
      for (int h = 0; h < d.heads; h++) {
        double kept = decay(d, h, layer);
        for (int i = 0; i < dim; i++) {
          double q = PlainDecoder.silu(mixed[3 * h * dim + i]);
          double k = PlainDecoder.silu(mixed[(3 * h + 1) * dim + i]);
          for (int j = 0; j < dim; j++) {
            double v = PlainDecoder.silu(mixed[(3 * h + 2) * dim + j]);
            s[h][i][j] = s[h][i][j] * kept + k * v;
            y[h * dim + j] += q * s[h][i][j];
          }
        }
      }
      y = d.norm(y, blk + "attn_norm_2", inner);
      double[] gate = d.linear(blk + "attn_gate", in[t], inner);
      for (int i = 0; i < inner; i++) {
        y[i] /= 1 + Math.exp(-gate[i]);
      }
      out[t] = d.linear(blk + "attn_output", y, d.hidden);
    }
    return out;
  }
}
