package io.wasmchord.model;

import static io.wasmchord.model.RoutedTinyDecoders.filled;
import static io.wasmchord.model.RoutedTinyDecoders.routed;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Those of {@link TinyDecoders} of families that are met seldom. */
final class ScarceTinyDecoders {
  private ScarceTinyDecoders() {}

  static List<Tiny> all() {
    return List.of(
        chameleon(false), chameleon(true), grovemoe(), dots3note(), hyV4(true), hyV4(false));
  }

  private static Tiny chameleon(boolean swin) {
    Tiny t = new Tiny(swin ? "chameleon with norms after" : "chameleon", "chameleon");
    t.plain.neox = false;
    t.plain.rare.headLayerNorms = true;
    if (swin) {
      t.plain.normsBefore = false;
      t.plain.normsAfter = true;
      t.plain.normAfterAttention = "attn_norm";
      t.plain.normAfterFeedForward = "ffn_norm";
    }
    t.fill().model.put("swin_norm", swin);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      t.model
          .random(blk + "attn_q_norm.weight", 1, 0.3, t.plain.headDim, t.plain.heads)
          .random(blk + "attn_k_norm.weight", 1, 0.3, t.plain.headDim, t.plain.kvHeads)
          .random(blk + "attn_q_norm.bias", 0, 0.3, t.plain.headDim, t.plain.heads)
          .random(blk + "attn_k_norm.bias", 0, 0.3, t.plain.headDim, t.plain.kvHeads);
    }
    return t.mutate("rope.freq_base", 500.0);
  }

  private static Tiny grovemoe() {
    PlainRouting r = new PlainRouting();
    r.experts = 8;
    r.used = 3;
    r.group = 2;
    r.adjugate = 12;
    r.adjugateScale = 0.5;
    Tiny t = routed("grovemoe", "grovemoe", r);
    t.headNorms = true;
    filled(t).model.put("attention.key_length", 8).put("attention.value_length", 8);
    t.compared = model -> model.copy().put("expert_group_scale", 0.0);
    return t.mutate("expert_group_scale", 0.1).mutate("rope.freq_base", 500.0);
  }

  /** Layers with a window have more heads, whose latent rows and values are of other sizes. */
  private static Tiny dots3note() {
    int[][] shapes = {{2, 1, 48}, {4, 1, 48}, {4, 1, 48}, {4, 1, 48}, {2, 1, 48}};
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    latent.keyNorm = true;
    latent.sliding = new PlainLatent();
    latent.sliding.queryRank = 16;
    latent.sliding.keyNorm = true;
    latent.sliding.rank = 20;
    latent.sliding.unturned = 4;
    latent.sliding.value = 12;
    latent.sliding.scale = 1 / Math.sqrt(8);
    latent.sliding.frequencies = PlainDecoder.frequencies(4, 500);
    Tiny t = LatentTinyDecoders.latent("dots3note", "dots3note", latent);
    t.plain.routed = LatentTinyDecoders.routing();
    t.plain.routed.groups = 1;
    t.plain.routed.usedGroups = 1;
    t.plain.layers = 5;
    t.plain.rare.shapes = shapes;
    t.plain.rare.windowed = Set.of(1, 2, 3);
    t.plain.window = 6;
    LatentTinyDecoders.filled(t)
        .model
        .putAll("attention.head_count", Arrays.stream(shapes).mapToLong(s -> s[0]).toArray())
        .put("attention.kv_lora_rank_swa", 20)
        .put("attention.key_length_swa", 24)
        .put("attention.value_length_swa", 20)
        .put("attention.key_length_mla_swa", 8)
        .put("attention.value_length_mla_swa", 12)
        .put("attention.sliding_window", 6)
        .putFlags("attention.sliding_window_pattern", 0, 1, 1, 1, 0)
        .put("rope.freq_base_swa", 500.0)
        .put("expert_shared_count", 1)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", RoutedTinyDecoders.SIGMOID);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, shapes[layer][0]);
      if (!t.plain.rare.windowed.contains(layer)) {
        TinyFamilies.index(t, layer, latent.queryRank);
      }
    }
    t.model.putFlags("attention.indexer.types", 1, 0, 0, 0, 1);
    return RoutedTinyDecoders.vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("attention.sliding_window", 7)
        .mutate("rope.freq_base_swa", 100.0)
        .mutate("expert_weights_scale", 1.0)
        .mutate("twice attn_k_norm", m -> TinyRecurrents.twice(m, "attn_k_norm.weight"));
  }

  private static Tiny hyV4(boolean indexed) {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    latent.value = 12;
    Tiny t =
        LatentTinyDecoders.latent(indexed ? "hy_v4" : "hy_v4 without an index", "hy_v4", latent);
    t.plain.routed = LatentTinyDecoders.routing();
    t.plain.routed.groups = 1;
    t.plain.routed.usedGroups = 1;
    t.plain.rare.hyper = new PlainHyper();
    t.plain.rare.bounded = true;
    t.plain.rare.boundedBefore = true;
    t.plain.rare.expertLimits = new double[] {0, 0.3, 0.5, 0.4};
    t.plain.rare.denseLimits = new double[4];
    LatentTinyDecoders.filled(t)
        .model
        .putReals("swiglu_clamp_exp", t.plain.rare.expertLimits)
        .put("expert_shared_count", 1)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", RoutedTinyDecoders.SIGMOID);
    t.plain.rare.hyper.put(t.model);
    t.plain.rare.hyper.tensors(t.model, "output_hc_", t.plain.hidden, 1);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      t.model
          .matrix(blk + "attn_gate.weight", t.plain.hidden, t.plain.heads * latent.value)
          .random(blk + "attn_sinks.weight", 0, 1, t.plain.heads);
      t.plain.rare.hyper.tensors(t.model, blk + "hc_attn_", t.plain.hidden, 2);
      t.plain.rare.hyper.tensors(t.model, blk + "hc_ffn_", t.plain.hidden, 2);
      if (indexed && layer % 2 == 0) {
        TinyFamilies.index(t, layer, latent.queryRank);
      }
    }
    if (indexed) {
      t.model.putFlags("attention.indexer.types", 1, 0, 1, 0);
    }
    return RoutedTinyDecoders.vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("expert_weights_scale", 1.0)
        .mutate("hyper_connection.epsilon", 0.0)
        .mutate("hyper_connection.magnitude", 2.0)
        .mutate("limits", m -> m.putReals("swiglu_clamp_exp", 0, 0.3, 0.5, 0.1))
        .mutate("twice hc_ffn_fn", m -> TinyRecurrents.twice(m, "hc_ffn_fn.weight"))
        .mutate("twice output_hc_base", m -> TinyRecurrents.twice(m, "output_hc_base.weight"));
  }
}
