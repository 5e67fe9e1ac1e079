package io.wasmchord.model;

import java.util.Arrays;

/**
 * Gemma 3n in plain double precision: {@link PlainGemma}'s attention and rows of layers, and around
 * them, written from https://arxiv.org/abs/2301.13310 and https://arxiv.org/abs/2411.07501, several
 * residual streams and a product of low rank beside attention.
 */
final class PlainAltUp implements Tiny.Twin {
  private final TinyModel model;
  private final PlainGemma gemma;

  final int streams = 4;
  int rank = 12;
  int sparseLayers = 2;
  double deviations = 1.6448533535003662;

  PlainAltUp(TinyModel model, PlainGemma gemma) {
    this.model = model;
    this.gemma = gemma;
  }

  @Override
  public double[][] logits(int[] ids) {
    int n = ids.length;
    double[][][] x = new double[n][streams][];
    double[][][] inputs = new double[n][][];
    for (int t = 0; t < n; t++) {
      double[] first = new double[gemma.hidden];
      for (int i = 0; i < gemma.hidden; i++) {
        first[i] = model.tensor("token_embd.weight")[ids[t] * gemma.hidden + i];
        first[i] *= Math.sqrt(gemma.hidden);
      }
      inputs[t] = gemma.inputs(ids[t], first);
      x[t][0] = first;
      for (int s = 1; s < streams; s++) {
        x[t][s] = asLong(stacked("altup_proj", s - 1, first), first);
      }
    }
    double[][][] keys = new double[gemma.layers()][][];
    double[][][] values = new double[gemma.layers()][][];
    for (int layer = 0; layer < gemma.layers(); layer++) {
      String blk = "blk." + layer + ".";
      double[][] in = new double[n][];
      for (int t = 0; t < n; t++) {
        x[t] = predicted(blk, x[t]);
        in[t] = gemma.norm(x[t][0], blk + "attn_norm");
      }
      if (gemma.source(layer) == layer) {
        gemma.store(blk, layer, in, keys, values);
      }
      for (int t = 0; t < n; t++) {
        double[] attended = gemma.attend(blk, layer, in[t], t, keys, values);
        double[] done = layer(blk, layer, x[t][0], in[t], attended);
        correct(blk, x[t], done, inputs[t][layer]);
      }
    }
    double[][] logits = new double[n][];
    for (int t = 0; t < n; t++) {
      logits[t] = gemma.linear("token_embd", gemma.norm(joined(x[t]), "output_norm"));
      for (int i = 0; i < logits[t].length; i++) {
        logits[t][i] = gemma.logitCap * Math.tanh(logits[t][i] / gemma.logitCap);
      }
    }
    return logits;
  }

  private double[] layer(String blk, int layer, double[] x, double[] in, double[] attended) {
    double[] low = gemma.linear(blk + "laurel_r", gemma.linear(blk + "laurel_l", in));
    double[] sum = gemma.norm(low, blk + "laurel_post_norm");
    PlainGemma.add(sum, in);
    PlainGemma.add(sum, gemma.norm(attended, blk + "post_attention_norm"));
    PlainGemma.add(sum, x);
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= Math.sqrt(2);
    }
    double[] y = gemma.norm(sum, blk + "ffn_norm");
    double[] gate = gemma.linear(blk + "ffn_gate", y);
    double[] up = gemma.linear(blk + "ffn_up", y);
    double cutoff = layer < sparseLayers ? cutoff(gate) : 0;
    for (int i = 0; i < up.length; i++) {
      boolean sparse = layer < sparseLayers;
      up[i] *= PlainDecoder.gelu(sparse ? Math.max(gate[i] - cutoff, 0) : gate[i]);
    }
    PlainGemma.add(sum, gemma.norm(gemma.linear(blk + "ffn_down", up), blk + "post_ffw_norm"));
    return sum;
  }

  /** Of a sample, whose deviation is that of its values but one. */
  private double cutoff(double[] x) {
    double mean = Arrays.stream(x).sum() / x.length;
    double squares = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum();
    return mean + deviations * Math.sqrt(squares / (x.length - 1));
  }

  private double[] modes(String blk, double[] x) {
    double[] in = gemma.norm(x, blk + "altup_router_norm");
    for (int i = 0; i < in.length; i++) {
      in[i] /= in.length;
    }
    return Arrays.stream(gemma.linear(blk + "altup_router", in)).map(Math::tanh).toArray();
  }

  private double[][] predicted(String blk, double[][] x) {
    double[] c = gemma.linear(blk + "altup_predict_coef", modes(blk, x[0]));
    double[][] out = new double[streams][];
    for (int s = 0; s < streams; s++) {
      out[s] = x[s].clone();
      for (int from = 0; from < streams; from++) {
        for (int i = 0; i < out[s].length; i++) {
          out[s][i] += c[s * streams + from] * x[from][i];
        }
      }
    }
    return out;
  }

  private void correct(String blk, double[][] x, double[] done, double[] input) {
    double[] c = gemma.linear(blk + "altup_correct_coef", modes(blk, done));
    double[] before = x[0].clone();
    for (int s = 0; s < streams; s++) {
      for (int i = 0; i < done.length; i++) {
        x[s][i] += (c[s] + 1) * (done[i] - before[i]);
      }
    }
    double[] scaled = x[0].clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= model.tensor(blk + "altup_correct_scale.weight")[i];
    }
    double[] gate = gemma.linear(blk + "inp_gate", scaled);
    for (int i = 0; i < gate.length; i++) {
      gate[i] = PlainDecoder.gelu(gate[i]) * input[i];
    }
    double[] more = gemma.norm(gemma.linear(blk + "proj", gate), blk + "post_norm");
    for (int s = 1; s < streams; s++) {
      PlainGemma.add(x[s], more);
    }
  }

  private double[] joined(double[][] x) {
    double[] out = x[0].clone();
    for (int s = 1; s < streams; s++) {
      PlainGemma.add(out, asLong(stacked("altup_unembd_proj", s - 1, x[s]), x[0]));
    }
    return Arrays.stream(out).map(v -> v / streams).toArray();
  }

  private double[] stacked(String name, int matrix, double[] x) {
    float[] w = model.tensor(name + ".weight");
    int size = x.length * x.length;
    return PlainDecoder.times(
        Arrays.copyOfRange(w, matrix * size, (matrix + 1) * size), x, x.length);
  }

  private static double[] asLong(double[] x, double[] like) {
    double factor = Math.sqrt(squares(like) / squares(x));
    return Arrays.stream(x).map(v -> v * factor).toArray();
  }

  private static double squares(double[] x) {
    return Arrays.stream(x).map(v -> v * v).sum();
  }
}
