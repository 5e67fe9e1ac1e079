package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Those of {@link TinyDecoders} that have recurrent layers. */
final class TinyRecurrents {
  private static final int PLAMO_RANK = 64; // the least that its files have

  private TinyRecurrents() {}

  static List<Tiny> all() {
    return List.of(
        qwen35(),
        qwen35moe(),
        qwen3next(),
        mamba("mamba", false),
        mamba("mamba, what it makes normed", true),
        mamba2(),
        graniteHybrid(),
        graniteHybridMoe(),
        falconH1(true),
        falconH1(false),
        nemotronH(false),
        nemotronH(true),
        nemotronH("nemotron_h_moe with narrow experts", 12),
        jamba(),
        plamo2(),
        qwen35WithNext());
  }

  /**
   * Writes a layer, where it is recurrent or beside such layers.
   *
   * @return whether that was so
   */
  static boolean fill(Tiny t, int layer) {
    PlainRecurrence r = t.plain.recurrent;
    String blk = "blk." + layer + ".";
    if (r.feedForwards.contains(layer)) {
      t.norm(blk + "attn_norm", t.plain.hidden);
      t.feedForward(blk, layer);
      t.model.without(blk + "ffn_norm");
      return true;
    }
    if (!r.is(layer)) {
      if (r.alone) {
        t.attention(blk);
      }
      return r.alone;
    }
    if (r.besideAttention) {
      t.attention(blk);
    } else {
      t.norm(blk + "attn_norm", t.plain.hidden);
    }
    switch (r.kind) {
      case DELTA_NET -> deltaNet(t, r, blk);
      case MAMBA -> mamba(t, r, blk);
      case MAMBA2 -> mamba2(t, r, blk);
      case PLAMO2 -> plamo2(t, r, blk);
      case LIGHTNING -> PlainLightning.tensors(t, blk);
      case KIMI -> r.kimi.tensors(t.model, blk, t.plain.hidden);
    }
    if (!r.alone) {
      t.feedForward(blk, layer);
    }
    return true;
  }

  private static void convolution(Tiny t, PlainRecurrence r, String blk, boolean bias) {
    t.model.random(blk + "ssm_conv1d.weight", 0, 0.6, r.kernel, r.channels());
    if (bias) {
      t.model.random(blk + "ssm_conv1d.bias", 0, 0.3, r.channels());
    }
  }

  private static void deltaNet(Tiny t, PlainRecurrence r, String blk) {
    int hidden = t.plain.hidden;
    t.linear(blk + "attn_qkv", hidden, r.channels(), false);
    t.linear(blk + "attn_gate", hidden, r.inner, false);
    convolution(t, r, blk, false);
    t.model.random(blk + "ssm_dt.bias", 0, 0.5, r.heads);
    t.model.random(blk + "ssm_a", -0.6, 0.15, r.heads);
    if (r.tiled) {
      t.linear(blk + "ssm_beta", hidden, r.heads, false);
      t.linear(blk + "ssm_alpha", hidden, r.heads, false);
    } else {
      t.linear(blk + "ssm_ba", hidden, 2 * r.heads, false);
    }
    t.model.norm(blk + "ssm_norm", r.inner / r.heads);
    t.linear(blk + "ssm_out", r.inner, hidden, false);
  }

  private static void mamba(Tiny t, PlainRecurrence r, String blk) {
    int hidden = t.plain.hidden;
    t.linear(blk + "ssm_in", hidden, 2 * r.inner, false);
    convolution(t, r, blk, true);
    t.linear(blk + "ssm_x", r.inner, r.heads + 2 * r.state, false);
    t.linear(blk + "ssm_dt", r.heads, r.inner, true);
    if (r.partNorms) {
      t.model.norm(blk + "ssm_dt_norm", r.heads);
      t.model.norm(blk + "ssm_b_norm", r.state);
      t.model.norm(blk + "ssm_c_norm", r.state);
    }
    t.model.random(blk + "ssm_a", -1, 0.3, r.state, r.inner);
    t.model.random(blk + "ssm_d", 1, 0.3, r.inner);
    t.linear(blk + "ssm_out", r.inner, hidden, false);
  }

  private static void mamba2(Tiny t, PlainRecurrence r, String blk) {
    int hidden = t.plain.hidden;
    t.linear(blk + "ssm_in", hidden, r.inner + r.channels() + r.heads, false);
    convolution(t, r, blk, true);
    t.model.random(blk + "ssm_dt.bias", 0, 0.5, r.heads);
    t.model.random(blk + "ssm_a", -1, 0.3, 1, r.heads);
    t.model.random(blk + "ssm_d", 1, 0.3, 1, r.heads);
    if (!t.plain.recurrent.besideAttention || r.groups > 1) {
      t.model.random(blk + "ssm_norm.weight", 1, 0.3, r.inner / r.groups, r.groups);
    }
    t.linear(blk + "ssm_out", r.inner, hidden, false);
  }

  private static void plamo2(Tiny t, PlainRecurrence r, String blk) {
    int hidden = t.plain.hidden;
    t.linear(blk + "ssm_in", hidden, 2 * r.inner, false);
    convolution(t, r, blk, false);
    t.linear(blk + "ssm_x", r.inner, PLAMO_RANK + 2 * r.state, false);
    t.model
        .random(blk + "ssm_dt_norm", 1, 0.3, PLAMO_RANK)
        .random(blk + "ssm_b_norm", 1, 0.3, r.state)
        .random(blk + "ssm_c_norm", 1, 0.3, r.state);
    t.linear(blk + "ssm_dt", PLAMO_RANK, r.heads, true);
    t.model.random(blk + "ssm_a", -1, 0.3, r.heads).random(blk + "ssm_d", 1, 0.3, r.heads);
    t.linear(blk + "ssm_out", r.inner, hidden, false);
  }

  /** Keys of the recurrent layers, and a mutation for each of their tensors. */
  private static Tiny filled(Tiny t, String... tensors) {
    PlainRecurrence r = t.plain.recurrent;
    t.fill()
        .model
        .put("ssm.conv_kernel", r.kernel)
        .put("ssm.inner_size", r.inner)
        .put("ssm.state_size", r.state)
        .put("ssm.time_step_rank", r.heads);
    if (r.kind != PlainRecurrence.Kind.MAMBA) {
      t.model.put("ssm.group_count", r.groups);
    }
    for (String tensor : tensors) {
      t.mutate("twice " + tensor, m -> twice(m, tensor));
    }
    return t;
  }

  /** Twice the values of a tensor of every layer that has it. */
  static TinyModel twice(TinyModel model, String suffix) {
    for (String name : model.names()) {
      if (name.equals(suffix) || name.endsWith("." + suffix)) {
        float[] old = model.tensor(name);
        long[] shape = model.shape(name).stream().mapToLong(n -> n).toArray();
        float[] values = model.random(name, 0, 0, shape).tensor(name);
        for (int i = 0; i < old.length; i++) {
          values[i] = 2 * old[i];
        }
      }
    }
    return model;
  }

  private static Tiny deltaNets(String architecture) {
    Tiny t = new Tiny(architecture, architecture);
    t.headNorms = true;
    t.feedForwardNorm = "post_attention_norm";
    t.plain.epsilon = 0.01;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    PlainRecurrence r = t.plain.recurrent;
    r.kind = PlainRecurrence.Kind.DELTA_NET;
    r.gatedAttention = true;
    r.layers = Set.of(0, 2);
    r.inner = 32;
    return t;
  }

  private static Tiny netsFilled(Tiny t, String... steps) {
    filled(t, "ssm_a", "ssm_dt.bias", "ssm_conv1d.weight", "ssm_norm.weight", "attn_gate.weight");
    for (String step : steps) {
      t.mutate("twice " + step, m -> twice(m, step));
    }
    t.model.put("full_attention_interval", 2);
    return t.mutate("rope.dimension_count", 8);
  }

  private static Tiny qwen35() {
    Tiny t = deltaNets("qwen35");
    t.tied = true;
    t.plain.recurrent.tiled = true;
    t.model.putAll("rope.dimension_sections", 1, 1, 0, 0);
    return netsFilled(t, "ssm_beta.weight", "ssm_alpha.weight");
  }

  private static Tiny mixture(Tiny t) {
    t.plain.experts = 6;
    t.plain.used = 2;
    t.plain.expertWidth = 16;
    t.plain.sharedExpert = true;
    t.plain.feedForward = 24;
    return t;
  }

  private static void mixtureKeys(Tiny t) {
    t.model
        .put("expert_count", 6)
        .put("expert_used_count", 2)
        .put("expert_feed_forward_length", 16)
        .put("expert_shared_feed_forward_length", 24);
    t.mutate("expert_used_count", 3);
  }

  private static Tiny qwen35moe() {
    Tiny t = mixture(deltaNets("qwen35moe"));
    t.plain.recurrent.tiled = true;
    t.model.putAll("rope.dimension_sections", 1, 1, 0, 0);
    netsFilled(t, "ssm_beta.weight", "ssm_alpha.weight");
    mixtureKeys(t);
    return t;
  }

  private static Tiny qwen3next() {
    Tiny t = mixture(deltaNets("qwen3next"));
    t.plain.recurrent.heads = 8;
    t.plain.recurrent.inner = 64;
    netsFilled(t, "ssm_ba.weight");
    mixtureKeys(t);
    return t;
  }

  /** A model that has nothing but such layers. */
  private static Tiny pure(String name, String architecture, PlainRecurrence.Kind kind) {
    Tiny t = new Tiny(name, architecture);
    t.plain.layers = 3;
    t.tied = true;
    PlainRecurrence r = t.plain.recurrent;
    r.kind = kind;
    r.layers = Set.of(0, 1, 2);
    r.alone = true;
    return t;
  }

  private static Tiny withoutAttention(Tiny t) {
    t.model.put("attention.head_count", 0).put("feed_forward_length", 0);
    t.model.remove("attention.head_count_kv");
    return t;
  }

  private static Tiny mamba(String name, boolean normed) {
    Tiny t = pure(name, "mamba", PlainRecurrence.Kind.MAMBA);
    t.plain.recurrent.normed = normed;
    t.plain.recurrent.heads = 4;
    withoutAttention(
        filled(
            t,
            "ssm_a",
            "ssm_d",
            "ssm_dt.bias",
            "ssm_dt.weight",
            "ssm_conv1d.weight",
            "ssm_conv1d.bias",
            "ssm_in.weight"));
    t.model.put("ssm.dt_b_c_rms", normed);
    return t.mutate("ssm.dt_b_c_rms", !normed);
  }

  private static final String[] MAMBA2 = {
    "ssm_a", "ssm_d", "ssm_dt.bias", "ssm_conv1d.weight", "ssm_conv1d.bias", "ssm_out.weight"
  };

  private static Tiny mamba2() {
    Tiny t = pure("mamba2", "mamba2", PlainRecurrence.Kind.MAMBA2);
    return withoutAttention(filled(t, MAMBA2))
        .mutate("twice ssm_norm", m -> twice(m, "ssm_norm.weight"));
  }

  /** Heads of keys, where layers have them. */
  private static void keyHeads(Tiny t) {
    PlainDecoder p = t.plain;
    IntStream heads =
        IntStream.range(0, p.layers)
            .map(i -> p.recurrent.is(i) || p.recurrent.feedForwards.contains(i) ? 0 : p.kvHeads);
    t.model.putAll("attention.head_count_kv", heads.asLongStream().toArray());
  }

  private static Tiny granite(String name, boolean turned) {
    Tiny t = new Tiny(name, "granitehybrid");
    t.plain.neox = false;
    t.tied = true;
    t.plain.embeddingScale = 12;
    t.plain.residualScale = 0.22;
    t.plain.attentionScale = 0.11;
    t.plain.logitScale = 1 / 0.4;
    t.plain.recurrent.kind = PlainRecurrence.Kind.MAMBA2;
    t.plain.recurrent.layers = Set.of(0, 1, 3);
    if (!turned) {
      t.plain.ropeDim = 0;
    }
    t.model.put("rope.scaling.finetuned", turned);
    return t;
  }

  private static Tiny graniteFilled(Tiny t) {
    filled(t, MAMBA2);
    keyHeads(t);
    if (t.plain.ropeDim == 0) {
      t.model.remove("rope.dimension_count");
    }
    t.model
        .put("embedding_scale", 12.0)
        .put("residual_scale", 0.22)
        .put("attention.scale", 0.11)
        .put("logit_scale", 0.4);
    return t.mutate("rope.scaling.finetuned", t.plain.ropeDim == 0).mutate("residual_scale", 1.0);
  }

  private static Tiny graniteHybrid() {
    return graniteFilled(granite("granitehybrid", false));
  }

  private static Tiny graniteHybridMoe() {
    Tiny t = mixture(granite("granitehybrid with a mixture", true));
    t.sharedWeighted = false;
    graniteFilled(t);
    mixtureKeys(t);
    t.model.put("feed_forward_length", 16);
    return t;
  }

  private static Tiny falconH1(boolean normed) {
    Tiny t = new Tiny(normed ? "falcon-h1" : "falcon-h1 without norms of groups", "falcon-h1");
    PlainRecurrence r = t.plain.recurrent;
    r.kind = PlainRecurrence.Kind.MAMBA2;
    r.besideAttention = true;
    r.layers = Set.of(0, 1, 2, 3);
    r.inner = 48;
    r.groups = normed ? 2 : 1;
    t.feedForwardNorm = "ffn_norm";
    filled(t, MAMBA2);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String norm = "blk." + layer + ".ffn_norm";
      t.model.rename(norm + ".weight", norm); // as the converter calls it
    }
    return t.mutate("rope.freq_base", 500.0);
  }

  private static Tiny nemotronH(boolean mixtures) {
    return nemotronH(mixtures ? "nemotron_h_moe" : "nemotron_h", 0);
  }

  /**
   * @param latent width of what experts take, or 0
   */
  private static Tiny nemotronH(String name, int latent) {
    boolean mixtures = name.startsWith("nemotron_h_moe");
    Tiny t = new Tiny(name, mixtures ? "nemotron_h_moe" : "nemotron_h");
    t.plain.layers = 5;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::reluSquared;
    t.plain.ropeDim = 0;
    PlainRecurrence r = t.plain.recurrent;
    r.kind = PlainRecurrence.Kind.MAMBA2;
    r.alone = true;
    r.layers = Set.of(0, 3);
    r.feedForwards = Set.of(1, 4);
    if (mixtures) {
      t.plain.feedForward = 16;
      t.plain.routed = nemotronRouting();
      t.plain.routed.latent = latent;
    }
    filled(t, MAMBA2);
    keyHeads(t);
    t.model.remove("rope.dimension_count");
    t.model.put("attention.layer_norm_epsilon", t.plain.epsilon);
    IntStream widths =
        IntStream.range(0, 5).map(i -> r.feedForwards.contains(i) ? t.plain.feedForward : 0);
    t.model.putAll("feed_forward_length", widths.asLongStream().toArray());
    if (mixtures) {
      t.plain.routed.put(t.model);
      t.model
          .put("expert_shared_feed_forward_length", t.plain.routed.shared)
          .put("expert_shared_count", 1)
          .put("expert_weights_norm", true);
      t.mutate("expert_weights_scale", 1.0)
          .mutate("twice exp_probs_b", m -> twice(m, "exp_probs_b.bias"));
    }
    return t;
  }

  private static PlainRouting nemotronRouting() {
    PlainRouting routing = new PlainRouting();
    routing.scores = "sigmoid";
    routing.selection = true;
    routing.scale = 2.5;
    routing.shared = 24;
    routing.ungated = true;
    routing.gate = (g, u) -> PlainDecoder.reluSquared(u);
    return routing;
  }

  private static Tiny jamba() {
    Tiny t = new Tiny("jamba", "jamba");
    t.plain.ropeDim = 0;
    PlainRecurrence r = t.plain.recurrent;
    r.layers = Set.of(0, 1, 3);
    r.heads = 4;
    r.partNorms = true;
    PlainRouting routing = new PlainRouting();
    routing.normalized = false;
    routing.step = 2;
    routing.width = 48;
    t.plain.routed = routing;
    filled(t, "ssm_a", "ssm_d", "ssm_dt_norm.weight", "ssm_b_norm.weight", "ssm_c_norm.weight");
    keyHeads(t);
    routing.put(t.model);
    t.model
        .remove("rope.dimension_count")
        .remove("interleave_moe_layer_step")
        .remove("expert_feed_forward_length");
    return t.mutate("expert_used_count", 3);
  }

  private static Tiny plamo2() {
    Tiny t = new Tiny("plamo2", "plamo2");
    t.plain.normsAfter = true;
    t.plain.ownHeadNorms = true;
    t.fused = true;
    t.tied = true;
    PlainRecurrence r = t.plain.recurrent;
    r.kind = PlainRecurrence.Kind.PLAMO2;
    r.layers = Set.of(0, 2);
    filled(t, "ssm_a", "ssm_d", "ssm_dt.bias", "ssm_conv1d.weight", "ssm_b_norm", "ssm_dt_norm");
    keyHeads(t);
    t.model.put("ssm.group_count", 0);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      if (r.is(layer)) {
        t.model.norm(blk + "post_attention_norm", t.plain.hidden);
      }
      for (String norm : List.of("post_attention_norm", "post_ffw_norm")) {
        t.model.rename(blk + norm + ".weight", blk + norm); // as the converter calls it
      }
    }
    return t.mutate("rope.freq_base", 500.0);
  }

  /** With a block that predicts further tokens, and layers named one by one. */
  private static Tiny qwen35WithNext() {
    Tiny t = deltaNets("qwen35");
    Tiny named = new Tiny("qwen35 with a block that predicts on", "qwen35");
    named.headNorms = true;
    named.feedForwardNorm = t.feedForwardNorm;
    named.plain.epsilon = t.plain.epsilon;
    named.plain.ropeDim = 4;
    named.plain.frequencies = t.plain.frequencies;
    PlainRecurrence r = named.plain.recurrent;
    r.kind = PlainRecurrence.Kind.DELTA_NET;
    r.gatedAttention = true;
    r.tiled = true;
    r.layers = Set.of(0, 1, 3);
    r.inner = 32;
    named.model.putAll("rope.dimension_sections", 1, 1, 0, 0);
    filled(named);
    RoutedTinyDecoders.next(named, 2);
    named.model.meta(
        "qwen35.attention.recurrent_layers",
        new GgufValue.Ints(GgufType.BOOL, new long[] {1, 1, 0, 1, 0}));
    return named;
  }
}
