package io.wasmchord.model;

import java.util.Arrays;

/** The mixture of experts of a {@link PlainDecoder}, written as plainly. */
final class PlainMixture {
  private PlainMixture() {}

  static double[] of(PlainDecoder d, String blk, double[] in) {
    double[] p = d.linear(blk + "ffn_gate_inp", in, d.experts);
    double all = Arrays.stream(p).map(Math::exp).sum();
    for (int e = 0; e < d.experts; e++) {
      p[e] = Math.exp(p[e]) / all;
    }
    double[] sorted = p.clone();
    Arrays.sort(sorted);
    double least = sorted[d.experts - d.used];
    double sum = Arrays.stream(p).filter(w -> w >= least).sum();
    double[] out = new double[d.hidden];
    for (int e = 0; e < d.experts; e++) {
      if (p[e] >= least) {
        double[] gate = expert(d, blk + "ffn_gate", e, in, d.expertWidth);
        double[] up = expert(d, blk + "ffn_up", e, in, d.expertWidth);
        double[] y = expert(d, blk + "ffn_down", e, d.gate(gate, up), d.hidden);
        for (int i = 0; i < d.hidden; i++) {
          out[i] += y[i] * (d.weightsNormalized ? p[e] / sum : p[e]);
        }
      }
    }
    if (d.sharedExpert) {
      addShared(d, blk, in, out);
    }
    return out;
  }

  private static void addShared(PlainDecoder d, String blk, double[] in, double[] out) {
    double[] gate = d.linear(blk + "ffn_gate_shexp", in, d.feedForward);
    double[] up = d.linear(blk + "ffn_up_shexp", in, d.feedForward);
    double[] y = d.linear(blk + "ffn_down_shexp", d.gate(gate, up), d.hidden);
    String router = blk + "ffn_gate_inp_shexp";
    boolean weighted = d.model.has(router + ".weight");
    double weight = weighted ? 1 / (1 + Math.exp(-d.linear(router, in, 1)[0])) : 1;
    for (int i = 0; i < d.hidden; i++) {
      out[i] += weight * y[i];
    }
  }

  private static double[] expert(PlainDecoder d, String name, int e, double[] in, int out) {
    if (d.model.has(name + "." + e + ".weight")) {
      return d.linear(name + "." + e, in, out);
    }
    float[] w = d.model.tensor(name + "_exps.weight");
    int from = e * out * in.length;
    return PlainDecoder.times(Arrays.copyOfRange(w, from, from + out * in.length), in, out);
  }
}
