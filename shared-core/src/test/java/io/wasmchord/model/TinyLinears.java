package io.wasmchord.model;

import java.util.List;
import java.util.Set;

/**
 * Those of {@link TinyDecoders} that have Kimi's delta attention, {@link PlainKimi}'s, or lightning
 * attention, {@link PlainLightning}'s.
 */
final class TinyLinears {
  private TinyLinears() {}

  static List<Tiny> all() {
    return List.of(kimi(false), kimi(true), ling(), minimax(true), minimax(false));
  }

  private static Tiny layers(String name, String architecture, PlainLatent latent) {
    Tiny t = LatentTinyDecoders.latent(name, architecture, latent);
    t.plain.layers = 5;
    t.plain.recurrent.layers = Set.of(0, 1, 3);
    t.plain.recurrent.kind = PlainRecurrence.Kind.KIMI;
    PlainRouting r = RoutedTinyDecoders.sigmoid();
    r.leading = 1;
    r.shared = 16;
    r.scale = 2.5;
    t.plain.routed = r;
    return t;
  }

  private static Tiny filled(Tiny t) {
    t.fill();
    t.plain.latent.put(t.model, t.plain.heads);
    t.plain.routed.put(t.model);
    t.plain.recurrent.kimi.put(t.model);
    long keys = t.plain.latent.split ? 1 : t.plain.heads;
    t.model
        .putAll("attention.head_count_kv", 0, 0, keys, 0, keys)
        .put("expert_shared_count", 1)
        .put("expert_gating_func", RoutedTinyDecoders.SIGMOID);
    for (String tensor :
        List.of(
            "ssm_a",
            "ssm_dt.bias",
            "ssm_f_a.weight",
            "ssm_g_a.weight",
            "ssm_beta.weight",
            "ssm_norm.weight",
            "ssm_conv1d_q.weight",
            "ssm_conv1d_k.weight",
            "ssm_conv1d_v.weight")) {
      t.mutate("twice " + tensor, m -> TinyRecurrents.twice(m, tensor));
    }
    return RoutedTinyDecoders.vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("expert_weights_scale", 1.0);
  }

  /** No layer turns anything. */
  private static Tiny kimi(boolean fused) {
    String name = fused ? "kimi-linear with queries, keys and values in one" : "kimi-linear";
    Tiny t = layers(name, "kimi-linear", new PlainLatent());
    t.plain.recurrent.kimi.fused = fused;
    t.plain.ropeDim = 0;
    return filled(t);
  }

  /** Latent attention's heads have gates, and its keys are turned. */
  private static Tiny ling() {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    Tiny t = layers("bailingmoe3", "bailingmoe3", latent);
    t.plain.recurrent.kimi.slowest = -0.8;
    t.plain.rare.bounded = true;
    t.plain.rare.expertLimits = new double[] {0, 0.3, 0, 0, 0.5};
    t.plain.rare.denseLimits = new double[] {0, 0, 0.4, 0, 0.25};
    filled(t)
        .model
        .put("expert_weights_norm", true)
        .put("expert_shared_feed_forward_length", 16)
        .putReals("swiglu_clamp_exp", t.plain.rare.expertLimits)
        .putReals("swiglu_clamp_shexp", t.plain.rare.denseLimits);
    for (int layer : new int[] {2, 4}) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, t.plain.heads);
    }
    return t.mutate("kda.gate_lower_bound", -0.3)
        .mutate("rope.freq_base", 100.0)
        .mutate("expert_weights_norm", false)
        .mutate("twice attn_gate", m -> TinyRecurrents.twice(m, "attn_gate.weight"));
  }

  /**
   * @param named whether the file names the layers that are lightning attention
   */
  private static Tiny minimax(boolean named) {
    PlainRouting r = new PlainRouting();
    Tiny t = new Tiny(named ? "minimax-01" : "minimax-01 by its interval", "minimax-01");
    t.plain.routed = r;
    t.plain.layers = 5;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.plain.normedResidual = 1.5;
    t.plain.recurrent.kind = PlainRecurrence.Kind.LIGHTNING;
    t.plain.recurrent.layers = named ? Set.of(0, 1, 3) : Set.of(0, 2, 4);
    t.fill().model.put("residual_scale", 1.5).put("feed_forward_length", r.width);
    r.put(t.model);
    t.model.put("attention.key_length", 8).put("attention.value_length", 8);
    if (named) {
      t.model.putFlags("attention.recurrent_layers", 1, 1, 0, 1, 0);
    } else {
      t.model.put("full_attention_interval", 2);
    }
    for (String tensor : List.of("attn_norm_2.weight", "attn_gate.weight", "attn_qkv.weight")) {
      t.mutate("twice " + tensor, m -> TinyRecurrents.twice(m, tensor));
    }
    return t.mutate("residual_scale", 1.0)
        .mutate("expert_used_count", 3)
        .mutate("rope.dimension_count", 8);
  }
}
