package io.wasmchord.model;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/**
 * Mixtures of experts as the newer models have them, written as plainly as {@link PlainMixture}:
 * scores by sigmoid, a bias for the choice alone, groups, layers without a mixture, one expert that
 * every token goes through. The fields say what a model does.
 */
final class PlainRouting {
  int experts = 6;
  int used = 2;
  int width = 16;
  int shared; // width of the expert of every token
  int latent; // width of what experts take and give, 0 for the hidden state's
  int leading; // layers without a mixture
  int step = 1;
  String scores = "softmax"; // sigmoid; chosen: softmax of the chosen
  boolean selection;
  String selectionName = "exp_probs_b.bias";
  int groups = 1;
  int usedGroups = 1;
  boolean normalized = true;
  double scale = 1;
  boolean averaged; // halved
  boolean aside; // of what the layer takes, beside a feed-forward layer
  String sharedSuffix = "_shexp";
  double together = 1; // multiplies the sum
  boolean weighsInput; // of experts, by sigmoids
  double[] logits; // where they come early
  boolean biases; // of router and experts
  boolean fused; // gate and up in one tensor
  boolean ungated; // experts, and the shared one, are down(gate(up, 1))
  int group; // neighbours that share an adjugate, 0 where there are none
  int adjugate; // its width
  double adjugateScale;
  boolean everywhere; // layers without a mixture have its gate too
  DoubleBinaryOperator gate = (g, u) -> PlainDecoder.silu(g) * u;

  /** Whether a layer is a mixture. */
  boolean is(int layer) {
    return layer >= leading && (layer + 1) % step == 0;
  }

  /** Writes the keys that say so. */
  PlainRouting put(TinyModel model) {
    model
        .put("expert_count", experts)
        .put("expert_used_count", used)
        .put("expert_feed_forward_length", width);
    if (leading > 0) {
      model.put("leading_dense_block_count", leading);
    }
    if (step > 1) {
      model.put("interleave_moe_layer_step", step);
    }
    if (groups > 1) {
      model.put("expert_group_count", groups).put("expert_group_used_count", usedGroups);
    }
    if (latent > 0) {
      model.put("moe_latent_size", latent);
    }
    if (group > 0) {
      model
          .put("experts_per_group", group)
          .put("expert_group_scale", adjugateScale)
          .put("expert_chunk_feed_forward_length", adjugate);
    }
    if (scale != 1) {
      model.put("expert_weights_scale", scale);
    }
    return this;
  }

  /** Writes a layer's tensors. */
  void tensors(TinyModel model, String blk, int all) {
    model.random(blk + "ffn_gate_inp.weight", 0, 0.5, all, experts);
    if (latent > 0) {
      model.matrix(blk + "ffn_latent_down.weight", all, latent);
      model.matrix(blk + "ffn_latent_up.weight", latent, all);
    }
    matrices(model, blk, latent > 0 ? latent : all);
    if (group > 0) {
      model
          .matrix(blk + "ffn_gate_chexps.weight", all, adjugate, experts / group)
          .matrix(blk + "ffn_up_chexps.weight", all, adjugate, experts / group)
          .matrix(blk + "ffn_down_chexps.weight", adjugate, all, experts / group);
    }
    if (shared > 0) {
      if (!ungated) {
        model.matrix(blk + "ffn_gate" + sharedSuffix + ".weight", all, shared);
      }
      model.matrix(blk + "ffn_up" + sharedSuffix + ".weight", all, shared);
      model.matrix(blk + "ffn_down" + sharedSuffix + ".weight", shared, all);
    }
  }

  private void matrices(TinyModel model, String blk, int hidden) {
    if (selection) {
      model.random(blk + "exp_probs_b.bias", 0, 0.4, experts);
    }
    if (fused) {
      model.matrix(blk + "ffn_gate_up_exps.weight", hidden, 2 * width, experts);
    } else {
      if (!ungated) {
        model.matrix(blk + "ffn_gate_exps.weight", hidden, width, experts);
      }
      model.matrix(blk + "ffn_up_exps.weight", hidden, width, experts);
    }
    model.matrix(blk + "ffn_down_exps.weight", width, hidden, experts);
    if (biases) {
      model.random(blk + "ffn_gate_inp.bias", 0, 0.5, experts);
      model.random(blk + "ffn_gate_exps.bias", 0, 0.5, width, experts);
      model.random(blk + "ffn_up_exps.bias", 0, 0.5, width, experts);
      model.random(blk + "ffn_down_exps.bias", 0, 0.5, hidden, experts);
    }
  }

  double[] of(PlainDecoder d, String blk, double[] in) {
    double[] logits =
        d.rare.routedEarly ? this.logits : d.linear(blk + "ffn_gate_inp", in, experts);
    double[] p = scored(logits);
    double[] by = p.clone();
    for (int e = 0; e < experts && selection; e++) {
      by[e] += d.model.tensor(blk + selectionName)[e];
    }
    onlyBestGroups(by);
    double least = Arrays.stream(by).sorted().toArray()[experts - used];
    double sum = 0;
    for (int e = 0; e < experts; e++) {
      if (by[e] >= least) {
        p[e] = scores.equals("chosen") ? Math.exp(logits[e]) : p[e];
        sum += p[e];
      }
    }
    double[] taken = latent > 0 ? d.linear(blk + "ffn_latent_down", in, latent) : in;
    double[] out = new double[taken.length];
    for (int e = 0; e < experts; e++) {
      if (by[e] >= least && weighsInput) {
        double weight = 1 / (1 + Math.exp(-logits[e]));
        add(out, expert(d, blk, e, Arrays.stream(in).map(v -> v * weight).toArray()), 1);
      } else if (by[e] >= least) {
        boolean divided = normalized || scores.equals("chosen");
        double weight = scale * (divided ? p[e] / sum : p[e]);
        add(out, expert(d, blk, e, taken), weight);
        if (group > 0) {
          add(out, adjugate(d, blk, e / group, taken), adjugateScale * weight);
        }
      }
    }
    out = latent > 0 ? d.linear(blk + "ffn_latent_up", out, d.hidden) : out;
    if (shared > 0) {
      double[] g = d.linear(blk + (ungated ? "ffn_up" : "ffn_gate") + sharedSuffix, in, shared);
      double[] u = d.linear(blk + "ffn_up" + sharedSuffix, in, shared);
      double[] product = d.rare.bounded ? d.rare.bounded(blk, g, u) : gated(g, u);
      add(out, d.linear(blk + "ffn_down" + sharedSuffix, product, d.hidden), 1);
    }
    for (int i = 0; i < d.hidden; i++) {
      out[i] *= together;
    }
    for (int i = 0; i < d.hidden && averaged; i++) {
      out[i] /= 2;
    }
    return out;
  }

  private double[] scored(double[] logits) {
    double all = Arrays.stream(logits).map(Math::exp).sum();
    double[] p = logits.clone();
    for (int e = 0; e < experts; e++) {
      if (scores.equals("softmax")) {
        p[e] = Math.exp(p[e]) / all;
      } else if (scores.equals("sigmoid")) {
        p[e] = 1 / (1 + Math.exp(-p[e]));
      }
    }
    return p;
  }

  /** A group counts as much as its two best together. */
  private void onlyBestGroups(double[] by) {
    int size = experts / groups;
    double[] best = new double[groups];
    for (int g = 0; g < groups; g++) {
      double[] sorted = Arrays.stream(by, g * size, (g + 1) * size).sorted().toArray();
      best[g] = groups == 1 ? 0 : sorted[size - 1] + sorted[size - 2];
    }
    double least = Arrays.stream(best).sorted().toArray()[groups - usedGroups];
    for (int e = 0; e < experts; e++) {
      by[e] = best[e / size] >= least ? by[e] : Double.NEGATIVE_INFINITY;
    }
  }

  private double[] expert(PlainDecoder d, String blk, int e, double[] in) {
    double[] g;
    double[] u;
    if (fused) {
      double[] both = part(d, blk + "ffn_gate_up_exps", e, in, 2 * width);
      g = Arrays.copyOfRange(both, 0, width);
      u = Arrays.copyOfRange(both, width, 2 * width);
    } else {
      g = part(d, blk + (ungated ? "ffn_up_exps" : "ffn_gate_exps"), e, in, width);
      u = part(d, blk + "ffn_up_exps", e, in, width);
    }
    double[] product = d.rare.bounded ? d.rare.ofExperts(blk, g, u) : gated(g, u);
    return part(d, blk + "ffn_down_exps", e, product, in.length);
  }

  private double[] adjugate(PlainDecoder d, String blk, int of, double[] in) {
    double[] g = part(d, blk + "ffn_gate_chexps", of, in, adjugate);
    double[] u = part(d, blk + "ffn_up_chexps", of, in, adjugate);
    return part(d, blk + "ffn_down_chexps", of, gated(g, u), in.length);
  }

  private static double[] part(PlainDecoder d, String name, int e, double[] in, int out) {
    float[] w = d.model.tensor(name + ".weight");
    int from = e * out * in.length;
    double[] y = PlainDecoder.times(Arrays.copyOfRange(w, from, from + out * in.length), in, out);
    for (int i = 0; i < out && d.model.has(name + ".bias"); i++) {
      y[i] += d.model.tensor(name + ".bias")[e * out + i];
    }
    return y;
  }

  private double[] gated(double[] g, double[] u) {
    double[] out = new double[g.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = gate.applyAsDouble(g[i], u[i]);
    }
    return out;
  }

  private static void add(double[] x, double[] y, double factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] += factor * y[i];
    }
  }
}
