package io.wasmchord.model;

import static io.wasmchord.model.RoutedTinyDecoders.filled;
import static io.wasmchord.model.RoutedTinyDecoders.routed;
import static io.wasmchord.model.RoutedTinyDecoders.sigmoid;
import static io.wasmchord.model.RoutedTinyDecoders.vectors;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Those of {@link TinyDecoders} whose layers are put together as in few others. */
final class TinyFamilies {
  private TinyFamilies() {}

  static List<Tiny> all() {
    return List.of(
        falcon40b(),
        deci(),
        deepseekOcr(),
        indexed("glm-dsa"),
        indexed("deepseek32"),
        step35(true),
        step35(false),
        laguna(),
        lagunaM(),
        mellum(),
        spark(),
        grok(true),
        grok(false),
        dbrx(),
        arctic(),
        cogvlm(),
        minimaxM3(),
        maple(),
        museGlimmer(),
        talkie());
  }

  private static Tiny falcon40b() {
    Tiny t = new Tiny("falcon 40B", "falcon");
    t.plain.layerNorm = true;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::geluErf;
    t.plain.parallel = true;
    t.plain.attentionNorm = "attn_norm_2";
    t.feedForwardNorm = "attn_norm";
    t.fused = true;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  /**
   * Writes a layer that has no attention, a single matrix in its place, or nothing at all.
   *
   * @return whether it is one
   */
  static boolean fill(Tiny t, int layer) {
    PlainDecoder p = t.plain;
    if (p.heads > 0 && p.kvHeads > 0) {
      return false;
    }
    String blk = "blk." + layer + ".";
    if (p.heads > 0) {
      t.norm(blk + "attn_norm", p.hidden);
      t.linear(blk + "attn_output", p.hidden, p.hidden, false);
    }
    if (p.feedForward > 0) {
      t.feedForward(blk, layer);
    }
    return true;
  }

  private static Tiny deci() {
    Tiny t = new Tiny("deci", "deci");
    int[][] shapes = {{4, 2, 40}, {0, 0, 48}, {4, 0, 24}, {0, 0, 0}, {4, 4, 56}};
    t.plain.rare.shapes = shapes;
    t.plain.layers = 5;
    t.plain.neox = false;
    t.fill()
        .model
        .putAll("attention.head_count", column(shapes, 0))
        .putAll("attention.head_count_kv", column(shapes, 1))
        .putAll("feed_forward_length", column(shapes, 2))
        .put("attention.key_length", 8)
        .put("attention.value_length", 8)
        .put("rope.dimension_count", 8);
    return t.mutate("rope.freq_base", 500.0)
        .mutate("twice the matrix", m -> TinyRecurrents.twice(m, "attn_output.weight"));
  }

  private static long[] column(int[][] shapes, int column) {
    return Arrays.stream(shapes).mapToLong(s -> s[column]).toArray();
  }

  private static Tiny deepseekOcr() {
    PlainRouting r = new PlainRouting();
    r.leading = 1;
    r.shared = 32;
    r.normalized = false;
    Tiny t = routed("deepseek2-ocr", "deepseek2-ocr", r);
    t.plain.kvHeads = 4;
    filled(t).model.put("expert_shared_count", 2);
    return t.mutate("expert_weights_norm", true);
  }

  /** With an index, which chooses all there is. */
  private static Tiny indexed(String architecture) {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    Tiny t = LatentTinyDecoders.latent(architecture, architecture, latent);
    t.plain.routed = LatentTinyDecoders.routing();
    LatentTinyDecoders.v3(t);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      index(t, layer, latent.queryRank);
    }
    return vectors(t, "exp_probs_b.bias", 0.4);
  }

  /** Writes a layer's index, and the keys that say how large it is. */
  static void index(Tiny t, int layer, int queryRank) {
    int heads = 2;
    int dim = 64;
    String blk = "blk." + layer + ".indexer.";
    t.model
        .put("attention.indexer.head_count", heads)
        .put("attention.indexer.key_length", dim)
        .put("attention.indexer.top_k", Tiny.CONTEXT)
        .random(blk + "k_norm.weight", 1, 0.3, dim)
        .random(blk + "k_norm.bias", 0, 0.3, dim)
        .matrix(blk + "proj.weight", t.plain.hidden, heads)
        .matrix(blk + "attn_k.weight", t.plain.hidden, dim)
        .matrix(blk + "attn_q_b.weight", queryRank, heads * dim);
  }

  /** Layers with a window have other heads, and turn all values. */
  private static Tiny step35(boolean gated) {
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 24;
    r.scale = 2.5;
    r.normalized = false;
    Tiny t = routed(gated ? "step35" : "step35 without gates and norms of heads", "step35", r);
    int[][] shapes = {{4, 2, 48}, {8, 4, 48}, {8, 4, 48}, {4, 2, 48}};
    t.headNorms = gated;
    t.plain.rare.shapes = shapes;
    t.plain.window = 6;
    t.plain.rare.windowed = Set.of(1, 2);
    t.plain.frequencies = PlainDecoder.frequencies(4, 500);
    t.plain.localFrequencies = PlainDecoder.frequencies(8, 10000);
    t.plain.rare.bounded = true;
    t.plain.rare.expertLimits = new double[] {0, 0.3, 0, 0.5};
    t.plain.rare.denseLimits = new double[] {0.2, 0, 0.4, 0.25};
    filled(t)
        .model
        .putAll("attention.head_count", column(shapes, 0))
        .putAll("attention.head_count_kv", column(shapes, 1))
        .putFlags("attention.sliding_window_pattern", 0, 1, 1, 0)
        .put("attention.sliding_window", 6)
        .put("attention.key_length", 8)
        .put("attention.value_length", 8)
        .put("rope.dimension_count", 8)
        .put("rope.freq_base", 500.0)
        .put("rope.freq_base_swa", 10000.0)
        .put("expert_shared_feed_forward_length", 24)
        .put("expert_weights_norm", false)
        .putReals("swiglu_clamp_exp", t.plain.rare.expertLimits)
        .putReals("swiglu_clamp_shexp", t.plain.rare.denseLimits);
    for (int layer = 0; layer < t.plain.layers && gated; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, shapes[layer][0]);
    }
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("attention.sliding_window", 7)
        .mutate("rope.freq_base", 100.0)
        .mutate("rope.freq_base_swa", 100.0)
        .mutate("expert_weights_scale", 1.0)
        .mutate("expert limits", m -> m.putReals("swiglu_clamp_exp", 0, 0.3, 0, 0.1))
        .mutate("shared limits", m -> m.putReals("swiglu_clamp_shexp", 0.2, 0, 0.1, 0.25));
  }

  private static Tiny laguna(String name) {
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 24;
    r.scale = 2.5;
    Tiny t = routed(name, "laguna", r);
    t.headNorms = true;
    t.plain.attentionGate = x -> Math.log1p(Math.exp(x));
    return t;
  }

  private static Tiny lagunaFilled(Tiny t) {
    filled(t)
        .model
        .put("expert_shared_feed_forward_length", 24)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", RoutedTinyDecoders.SIGMOID)
        .put("attention.key_length", 8)
        .put("attention.value_length", 8)
        .put("rope.dimension_count", t.plain.ropeDim);
    return vectors(t, "exp_probs_b.bias", 0.4).mutate("expert_weights_scale", 1.0);
  }

  /** With YaRN where all positions are seen, and a gate for each head. */
  private static Tiny laguna() {
    Tiny t = laguna("laguna");
    int[][] shapes = {{4, 2, 48}, {8, 2, 48}, {8, 2, 48}, {8, 2, 48}, {4, 2, 48}};
    t.plain.layers = 5;
    t.plain.rare.shapes = shapes;
    t.plain.window = 6;
    t.plain.period = 4;
    t.plain.firstSeesAll = true;
    t.plain.ropeDim = 4;
    double factor = 8;
    double context = 4096;
    t.plain.frequencies = PlainDecoder.frequencies(4, 500);
    double low = Math.floor(4 * Math.log(context / (32 * 2 * Math.PI)) / (2 * Math.log(500)));
    double high =
        Math.min(3, Math.ceil(4 * Math.log(context / (1 * 2 * Math.PI)) / (2 * Math.log(500))));
    for (int i = 0; i < 2; i++) {
      double ramp = Math.clamp((i - low) / (high - low), 0, 1);
      t.plain.frequencies[i] *= ramp / factor + (1 - ramp);
    }
    t.plain.magnitude = 1 + 0.1 * Math.log(factor);
    t.plain.localFrequencies = PlainDecoder.frequencies(8, 10000);
    lagunaFilled(t)
        .model
        .putAll("attention.head_count", column(shapes, 0))
        .put("attention.sliding_window", 6)
        .putFlags("attention.sliding_window_pattern", 0, 1, 1, 1, 0)
        .put("rope.dimension_count_swa", 8)
        .put("rope.freq_base", 500.0)
        .put("rope.freq_base_swa", 10000.0)
        .put("rope.scaling.type", "yarn")
        .put("rope.scaling.factor", factor)
        .put("rope.scaling.original_context_length", (int) context);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, shapes[layer][0]);
    }
    return t.mutate("attention.sliding_window", 7)
        .mutate("rope.freq_base_swa", 100.0)
        .mutate("rope.scaling.factor", 4.0)
        .mutate("twice attn_gate", m -> TinyRecurrents.twice(m, "attn_gate.weight"));
  }

  /** All layers see all positions, and every value has a gate. */
  private static Tiny lagunaM() {
    Tiny t = lagunaFilled(laguna("laguna without windows"));
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, t.plain.hidden);
    }
    return t.mutate("rope.freq_base", 100.0)
        .mutate("twice attn_gate", m -> TinyRecurrents.twice(m, "attn_gate.weight"));
  }

  private static Tiny mellum() {
    Tiny t = routed("mellum", "mellum", new PlainRouting());
    t.headNorms = true;
    t.plain.layers = 5;
    t.plain.window = 6;
    t.plain.period = 4;
    for (int i = 0; i < 4; i++) {
      t.plain.frequencies[i] /= 2; // only where all positions are seen
    }
    filled(t).model.put("attention.sliding_window", 6).put("rope.scaling.factor", 2.0);
    return t.mutate("attention.sliding_window", 7)
        .mutate("rope.scaling.factor", 1.0)
        .mutate("rope.freq_base", 100.0);
  }

  private static Tiny spark() {
    Tiny t = new Tiny("spark2_5", "spark2_5");
    t.plain.activation = PlainDecoder::gelu;
    t.plain.window = 6;
    t.plain.rare.windowed = Set.of(0, 3);
    t.plain.frequencies = PlainDecoder.frequencies(8, 500);
    t.fill()
        .model
        .put("attention.sliding_window", 6)
        .putFlags("attention.sliding_window_pattern", 1, 0, 0, 1)
        .put("rope.freq_base", 500.0)
        .put("rope.freq_base_swa", 10000.0);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, t.plain.heads);
    }
    return t.mutate("attention.sliding_window", 7)
        .mutate("rope.freq_base_swa", 100.0)
        .mutate("twice attn_gate", m -> TinyRecurrents.twice(m, "attn_gate.weight"));
  }

  private static Tiny grok(boolean second) {
    PlainRouting r = new PlainRouting();
    r.gate = (g, u) -> PlainDecoder.gelu(g) * u;
    if (second) {
      r.shared = 48;
      r.sharedSuffix = "";
      r.together = Math.sqrt(2) / 2;
    }
    Tiny t = routed(second ? "grok" : "grok without a dense layer", "grok", r);
    t.plain.normsAfter = true;
    t.plain.normAfterAttention = "attn_output_norm";
    t.plain.normAfterFeedForward = second ? "post_ffw_norm" : "layer_output_norm";
    t.plain.embeddingScale = second ? 5 : 78.38367176906169;
    t.plain.logitScale = second ? 0.4 : 0.5773502691896257;
    t.plain.attentionScale = second ? 0.3 : 0.08838834764831845;
    t.plain.scoreCap = second ? 2 : 30;
    t.plain.logitCap = second ? 1.5 : 0;
    filled(t);
    if (!second) {
      return t.mutate("embedding_scale", 1.0)
          .mutate("attention.output_scale", 0.5)
          .mutate("logit_scale", 1.0);
    }
    t.model
        .put("embedding_scale", 5.0)
        .put("logit_scale", 0.4)
        .put("attention.output_scale", 0.3)
        .put("attn_logit_softcapping", 2.0)
        .put("router_logit_softcapping", 30.0)
        .put("final_logit_softcapping", 1.5);
    return t.mutate("embedding_scale", 2.0)
        .mutate("logit_scale", 1.0)
        .mutate("attention.output_scale", 0.1)
        .mutate("attn_logit_softcapping", 0.5)
        .mutate("final_logit_softcapping", 0.0);
  }

  private static Tiny dbrx() {
    Tiny t = routed("dbrx", "dbrx", new PlainRouting());
    t.plain.layerNorm = true;
    t.normBiases = false;
    t.fused = true;
    t.feedForwardNorm = "attn_output_norm";
    t.plain.rare.clamp = 0.8;
    filled(t).model.put("feed_forward_length", 16).put("attention.clamp_kqv", 0.8);
    return t.mutate("attention.clamp_kqv", 0.5);
  }

  private static Tiny arctic() {
    PlainRouting r = new PlainRouting();
    r.aside = true;
    Tiny t = routed("arctic", "arctic", r);
    t.plain.neox = false;
    t.plain.feedForward = t.plain.hidden;
    filled(t).model.put("feed_forward_length", 16).remove("expert_feed_forward_length");
    return t.mutate("rope.freq_base", 500.0)
        .mutate("twice ffn_norm_exps", m -> TinyRecurrents.twice(m, "ffn_norm_exps.weight"));
  }

  /** Its file has as many matrices again, for images. */
  private static Tiny cogvlm() {
    Tiny t = new Tiny("cogvlm", "cogvlm");
    t.plain.kvHeads = 4;
    int hidden = t.plain.hidden;
    int wide = t.plain.feedForward;
    t.fill();
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      t.model.matrix(blk + "attn_qkv.weight", hidden, 3 * hidden);
      for (String part : List.of("attn_q", "attn_k", "attn_v")) {
        t.model.removeTensor(blk + part + ".weight");
      }
      t.model
          .matrix(blk + "vis_attn_qkv.weight", hidden, 3 * hidden)
          .matrix(blk + "vis_attn_output.weight", hidden, hidden)
          .matrix(blk + "vis_gate.weight", hidden, wide)
          .matrix(blk + "vis_up.weight", hidden, wide)
          .matrix(blk + "vis_down.weight", wide, hidden);
    }
    return t.mutate("twice attn_qkv", m -> TinyRecurrents.twice(m, "attn_qkv.weight"));
  }

  private static Tiny minimaxM3() {
    int heads = 2;
    int dim = 16;
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 16;
    r.scale = 2.5;
    r.gate = RoutedTinyDecoders::oai;
    r.everywhere = true;
    Tiny t = routed("minimax-m3", "minimax-m3", r);
    t.headNorms = true;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    filled(t)
        .model
        .put("expert_shared_count", 1)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", RoutedTinyDecoders.SIGMOID)
        .put("attention.indexer.head_count", heads)
        .put("attention.indexer.key_length", dim)
        .put("attention.indexer.top_k", 4)
        .put("attention.indexer.block_size", 16)
        .put("attention.indexer.local_blocks", 1);
    for (int layer = r.leading; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      t.model
          .random(blk + "ffn_gate_exps.weight", 0, 1, t.plain.hidden, r.width, r.experts)
          .matrix(blk + "indexer.q_proj.weight", t.plain.hidden, heads * dim)
          .matrix(blk + "indexer.k_proj.weight", t.plain.hidden, dim)
          .norm(blk + "indexer.q_norm", dim)
          .norm(blk + "indexer.k_norm", dim);
    }
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("expert_weights_scale", 1.0)
        .mutate("rope.freq_base", 100.0);
  }

  private static Tiny maple() {
    Tiny t = routed("maple", "maple", new PlainRouting());
    t.headNorms = true;
    t.plain.window = 6;
    t.plain.rare.windowed = Set.of(0, 1, 3);
    t.plain.onlyWindowsTurned = true;
    t.plain.rare.bounded = true;
    t.plain.rare.boundedBefore = true;
    t.plain.rare.expertLimits = new double[] {0.3, 0.5, 0.3, 0.4};
    filled(t)
        .model
        .put("attention.sliding_window", 6)
        .putFlags("attention.sliding_window_pattern", 1, 1, 0, 1)
        .putReals("swiglu_clamp_exp", t.plain.rare.expertLimits);
    return t.mutate("attention.sliding_window", 7)
        .mutate("rope.freq_base", 100.0)
        .mutate("limits", m -> m.putReals("swiglu_clamp_exp", 0.3, 0.5, 0.3, 0.1));
  }

  private static Tiny museGlimmer() {
    Tiny t = new Tiny("muse-glimmer", "muse-glimmer");
    t.plain.neox = false;
    t.headNorms = true;
    t.plain.layers = 5;
    t.plain.rare.unitEmbeddings = true;
    t.plain.normsAfter = true;
    t.plain.epsilonAfter = 1e-8;
    t.plain.window = 6;
    t.plain.period = 4;
    t.plain.onlyWindowsTurned = true;
    t.plain.logitScale = 0.4;
    t.plain.logitCap = 1.5;
    t.plain.localFrequencies = PlainDecoder.frequencies(8, 500);
    t.fill()
        .model
        .put("attention.sliding_window", 6)
        .put("rope.freq_base_swa", 500.0)
        .put("rope.scaling.factor", 2.0) // of layers that have no rope
        .put("logit_scale", 0.4)
        .put("final_logit_softcapping", 1.5);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, t.plain.hidden);
    }
    return t.mutate("attention.sliding_window", 7)
        .mutate("rope.freq_base_swa", 100.0)
        .mutate("logit_scale", 1.0)
        .mutate("final_logit_softcapping", 0.0)
        .mutate("twice attn_gate", m -> TinyRecurrents.twice(m, "attn_gate.weight"));
  }

  private static Tiny talkie() {
    Tiny t = new Tiny("talkie", "talkie");
    t.plain.rare.unweighted = true;
    t.plain.rare.unitEmbeddings = true;
    t.plain.rare.gains = true;
    t.plain.rare.skips = true;
    t.plain.logitScale = 0.4;
    t.fill().model.put("logit_scale", 0.4);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      t.model
          .random(blk + "attn_q_norm.weight", 1.5, 0.4, 1, t.plain.heads)
          .random(blk + "layer_output_scale.weight", 0.5, 0.2, 1)
          .random(blk + "attn_output.scale", 1, 0.2, 1)
          .random(blk + "ffn_down.scale", 1, 0.2, 1);
    }
    t.mutate("rope.freq_base", 100.0).mutate("logit_scale", 1.0);
    for (String tensor :
        List.of("attn_q_norm.weight", "layer_output_scale.weight", "ffn_down.scale")) {
      t.mutate("twice " + tensor, m -> TinyRecurrents.twice(m, tensor));
    }
    return t;
  }
}
