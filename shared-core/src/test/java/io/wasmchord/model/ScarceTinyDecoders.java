package io.wasmchord.model;

import static io.wasmchord.model.RoutedTinyDecoders.filled;
import static io.wasmchord.model.RoutedTinyDecoders.routed;

import java.util.List;

/** Those of {@link TinyDecoders} of families that are met seldom. */
final class ScarceTinyDecoders {
  private ScarceTinyDecoders() {}

  static List<Tiny> all() {
    return List.of(chameleon(false), chameleon(true), grovemoe());
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
}
