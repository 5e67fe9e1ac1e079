package io.wasmchord.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Those of {@link TinyDecoders} whose mixtures are {@link PlainRouting}'s. */
final class RoutedTinyDecoders {
  static final int SIGMOID = 2; // expert_gating_func

  private RoutedTinyDecoders() {}

  static List<Tiny> all() {
    List<Tiny> all = new ArrayList<>();
    all.add(lfm2moe());
    all.add(glm4moe(false));
    all.add(glm4moe(true));
    all.add(ernie());
    all.add(hunyuan());
    all.add(bailing());
    all.add(bailing2());
    all.add(dots());
    all.add(exaone());
    all.add(minimax());
    all.add(deepseek());
    all.add(qwen3vlmoe());
    all.add(hyV3());
    all.add(gptOss());
    all.add(mimo2());
    all.add(afmoe());
    all.add(cohere2moe(false));
    all.add(cohere2moe(true));
    all.addAll(LatentTinyDecoders.all());
    return all;
  }

  /** Puts a mixture in place of feed-forward layers; to be filled. */
  static Tiny routed(String name, String architecture, PlainRouting routing) {
    Tiny t = new Tiny(name, architecture);
    t.plain.routed = routing;
    return t;
  }

  static Tiny filled(Tiny t) {
    t.fill();
    t.plain.routed.put(t.model);
    return t.mutate("expert_used_count", t.plain.routed.used + 1);
  }

  /** Other values of a vector of every layer, which must be noticed. */
  static Tiny vectors(Tiny t, String suffix, double deviation) {
    return t.mutate(
        suffix,
        model -> {
          for (String name : model.names()) {
            if (name.endsWith(suffix)) {
              long[] shape = model.shape(name).stream().mapToLong(n -> n).toArray();
              model.random(name, 0, deviation, shape);
            }
          }
          return model;
        });
  }

  static PlainRouting sigmoid() {
    PlainRouting r = new PlainRouting();
    r.scores = "sigmoid";
    r.selection = true;
    return r;
  }

  private static Tiny lfm2moe() {
    PlainRouting r = sigmoid();
    r.leading = 2;
    Tiny t = routed("lfm2moe", "lfm2moe", r);
    t.headNorms = true;
    t.tied = true;
    t.plain.layers = 6;
    t.plain.convolved = Set.of(0, 1, 3, 4);
    t.plain.lastNorm = "token_embd_norm";
    filled(t).model.put("expert_gating_func", SIGMOID);
    return vectors(t, "exp_probs_b.bias", 0.4).mutate("expert_gating_func", 1);
  }

  private static Tiny glm4moe(boolean large) {
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 32;
    r.scale = 2.5;
    Tiny t = routed(large ? "glm4moe with norms of heads" : "glm4moe", "glm4moe", r);
    t.headNorms = large;
    t.biases = !large;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.feedForwardNorm = "post_attention_norm";
    filled(t)
        .model
        .put("expert_shared_count", 2)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    if (large) {
      next(t);
    }
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("expert_weights_scale", 1.0)
        .mutate("expert_weights_norm", false)
        .mutate("expert_gating_func", 1);
  }

  /** A block that predicts further tokens, as real files have: like the last layer, and more. */
  private static void next(Tiny t) {
    next(t, t.plain.layers - 1);
  }

  /** The same, like one of the layers. */
  static void next(Tiny t, int layer) {
    int hidden = t.plain.hidden;
    String last = "blk." + layer + ".";
    String blk = "blk." + t.plain.layers + ".";
    for (String name : t.model.names()) {
      if (name.startsWith(last)) {
        long[] shape = t.model.shape(name).stream().mapToLong(n -> n).toArray();
        t.model.random(name.replace(last, blk), 1, 0.3, shape);
      }
    }
    t.model
        .put("block_count", t.plain.layers + 1)
        .put("nextn_predict_layers", 1)
        .matrix(blk + "nextn.eh_proj.weight", 2 * hidden, hidden)
        .norm(blk + "nextn.enorm", hidden)
        .norm(blk + "nextn.hnorm", hidden);
  }

  private static Tiny ernie() {
    PlainRouting r = new PlainRouting();
    r.selection = true;
    r.leading = 1;
    r.shared = 24;
    Tiny t = routed("ernie4_5-moe", "ernie4_5-moe", r);
    t.plain.neox = false;
    filled(t)
        .model
        .put("expert_shared_feed_forward_length", 24)
        .put("interleave_moe_layer_step", 1);
    return vectors(t, "exp_probs_b.bias", 0.4);
  }

  private static Tiny hunyuan() {
    PlainRouting r = new PlainRouting();
    r.width = 48;
    r.shared = 48;
    Tiny t = routed("hunyuan-moe", "hunyuan-moe", r);
    t.headNorms = true;
    t.plain.turnedFirst = true;
    filled(t).model.put("expert_shared_feed_forward_length", 48);
    return t.mutate("rope.freq_base", 500.0);
  }

  private static Tiny bailing() {
    PlainRouting r = new PlainRouting();
    r.shared = 32;
    r.normalized = false;
    r.scale = 1.5;
    Tiny t = routed("bailingmoe", "bailingmoe", r);
    t.plain.neox = false;
    filled(t).model.put("expert_shared_count", 2).put("expert_weights_norm", false);
    return t.mutate("expert_weights_scale", 1.0).mutate("expert_weights_norm", true);
  }

  private static Tiny bailing2() {
    PlainRouting r = sigmoid();
    r.experts = 8;
    r.used = 3;
    r.groups = 4;
    r.usedGroups = 2;
    r.leading = 1;
    r.shared = 24;
    r.scale = 2.5;
    Tiny t = routed("bailingmoe2", "bailingmoe2", r);
    t.headNorms = true;
    t.fused = true;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    filled(t)
        .model
        .put("expert_shared_count", 1)
        .put("expert_shared_feed_forward_length", 24)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    separate(t);
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("expert_group_used_count", 3)
        .mutate("expert_group_count", 2)
        .mutate("expert_weights_scale", 1.0)
        .mutate("expert_weights_norm", false);
  }

  /**
   * Gate and up of layers without a mixture are tensors of their own, though attention's are one.
   */
  static void separate(Tiny t) {
    for (int layer = 0; layer < t.plain.routed.leading; layer++) {
      String blk = "blk." + layer + ".";
      t.model.matrix(blk + "ffn_up.weight", t.plain.hidden, t.plain.feedForward);
      t.model.matrix(blk + "ffn_gate.weight", t.plain.hidden, t.plain.feedForward);
    }
  }

  private static Tiny dots() {
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 32;
    r.scale = 2.5;
    Tiny t = routed("dots1", "dots1", r);
    t.headNorms = true;
    t.plain.kvHeads = 4;
    filled(t)
        .model
        .put("expert_shared_count", 2)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("expert_weights_scale", 1.0)
        .mutate("expert_weights_norm", false);
  }

  private static Tiny exaone() {
    PlainRouting r = sigmoid();
    r.experts = 8;
    r.groups = 2;
    r.usedGroups = 1;
    r.leading = 1;
    r.shared = 16;
    r.scale = 2.5;
    Tiny t = routed("exaone-moe", "exaone-moe", r);
    t.headNorms = true;
    t.plain.window = 6;
    t.plain.period = 4;
    t.plain.layers = 5;
    t.plain.onlyWindowsTurned = true;
    filled(t)
        .model
        .put("attention.sliding_window", 6)
        .put("expert_shared_count", 1)
        .put("expert_shared_feed_forward_length", 16)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("attention.sliding_window", 7)
        .mutate("expert_group_count", 1)
        .mutate("expert_weights_scale", 1.0);
  }

  private static Tiny minimax() {
    PlainRouting r = sigmoid();
    r.width = 48;
    Tiny t = routed("minimax-m2", "minimax-m2", r);
    t.rowNorms = true;
    t.plain.ropeDim = 4;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    filled(t).model.put("expert_gating_func", SIGMOID);
    return vectors(t, "exp_probs_b.bias", 0.4).mutate("rope.dimension_count", 8);
  }

  private static Tiny deepseek() {
    PlainRouting r = new PlainRouting();
    r.leading = 1;
    r.shared = 32;
    r.normalized = false;
    Tiny t = routed("deepseek", "deepseek", r);
    t.plain.neox = false;
    filled(t).model.put("expert_shared_count", 2).put("expert_weights_scale", 1.0);
    return t.mutate("expert_weights_scale", 2.0);
  }

  private static Tiny qwen3vlmoe() {
    PlainRouting r = new PlainRouting();
    r.experts = 8;
    r.used = 3;
    Tiny t = routed("qwen3vlmoe", "qwen3vlmoe", r);
    t.headNorms = true;
    t.model.putAll("rope.dimension_sections", 2, 1, 1, 0);
    return filled(t).mutate("rope.freq_base", 500.0);
  }

  private static Tiny hyV3() {
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 16;
    r.scale = 2.5;
    r.fused = true;
    Tiny t = routed("hy_v3", "hy_v3", r);
    t.headNorms = true;
    filled(t)
        .model
        .put("expert_shared_feed_forward_length", 16)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    for (int layer = 1; layer < t.plain.layers; layer++) {
      String bias = "blk." + layer + ".exp_probs_b";
      t.model.random(bias, 0, 0.4, r.experts);
      t.model.without(bias + ".bias");
      r.selectionName = "exp_probs_b";
    }
    return vectors(t, "exp_probs_b", 0.4).mutate("expert_weights_scale", 1.0);
  }

  /** The activation of gpt-oss, times the other value. */
  static double oai(double g, double u) {
    double x = Math.min(g, 7);
    return x / (1 + Math.exp(-1.702 * x)) * (Math.clamp(u, -7, 7) + 1);
  }

  private static Tiny gptOss() {
    PlainRouting r = new PlainRouting();
    r.scores = "chosen";
    r.biases = true;
    r.gate = RoutedTinyDecoders::oai;
    Tiny t = routed("gpt-oss", "gpt-oss", r);
    t.biases = true;
    t.feedForwardNorm = "post_attention_norm";
    t.plain.window = 6;
    t.plain.period = 2;
    double factor = 8;
    double context = 4096;
    double low = Math.floor(8 * Math.log(context / (32 * 2 * Math.PI)) / (2 * Math.log(10000)));
    double high = Math.ceil(8 * Math.log(context / (1 * 2 * Math.PI)) / (2 * Math.log(10000)));
    for (int i = 0; i < 4; i++) {
      double ramp = Math.clamp((i - low) / (high - low), 0, 1);
      t.plain.frequencies[i] *= ramp / factor + (1 - ramp);
    }
    t.plain.localFrequencies = t.plain.frequencies;
    t.plain.magnitude = 1 + 0.1 * Math.log(factor);
    t.plain.localMagnitude = t.plain.magnitude;
    filled(t)
        .model
        .put("attention.key_length", 8)
        .put("attention.value_length", 8)
        .put("attention.sliding_window", 6)
        .put("rope.scaling.type", "yarn")
        .put("rope.scaling.factor", factor)
        .put("rope.scaling.original_context_length", (int) context);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      t.model
          .random(blk + "attn_output.bias", 0, 0.3, t.plain.hidden)
          .random(blk + "attn_sinks.weight", 0, 1, t.plain.heads)
          .random(blk + "ffn_gate_exps.weight", 0, 1, t.plain.hidden, r.width, r.experts)
          .random(blk + "ffn_up_exps.weight", 0, 1, t.plain.hidden, r.width, r.experts);
    }
    vectors(t, "ffn_gate_inp.bias", 0.5);
    vectors(t, "ffn_gate_exps.bias", 0.5);
    vectors(t, "ffn_up_exps.bias", 0.5);
    vectors(t, "ffn_down_exps.bias", 0.5);
    return vectors(t, "attn_sinks.weight", 1)
        .mutate("attention.sliding_window", 7)
        .mutate("rope.scaling.factor", 4.0);
  }

  private static Tiny mimo2() {
    PlainRouting r = sigmoid();
    r.leading = 1;
    Tiny t = routed("mimo2", "mimo2", r);
    t.fused = true;
    t.plain.window = 6;
    t.plain.period = 2;
    t.plain.ropeDim = 4;
    t.plain.attentionFactor = 0.7;
    t.plain.frequencies = PlainDecoder.frequencies(4, 10000);
    t.plain.localFrequencies = PlainDecoder.frequencies(4, 500);
    filled(t)
        .model
        .putAll("attention.sliding_window_pattern", 1, 0, 1, 0)
        .put("attention.sliding_window", 6)
        .put("attention.value_scale", 0.7)
        .put("rope.freq_base_swa", 500.0);
    separate(t);
    for (int layer = 0; layer < t.plain.layers; layer += 2) {
      t.model.random("blk." + layer + ".attn_sinks.weight", 0, 1, t.plain.heads);
    }
    vectors(t, "attn_sinks.weight", 1);
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("attention.sliding_window", 7)
        .mutate("attention.value_scale", 1.0)
        .mutate("rope.freq_base_swa", 100.0);
  }

  private static Tiny afmoe() {
    PlainRouting r = sigmoid();
    r.leading = 1;
    r.shared = 16;
    r.scale = 2.5;
    Tiny t = routed("afmoe", "afmoe", r);
    t.headNorms = true;
    t.plain.embeddingScale = Math.sqrt(32);
    t.plain.normsAfter = true;
    t.plain.window = 6;
    t.plain.period = 4;
    t.plain.untouchedByRope = 4;
    t.plain.layers = 5;
    filled(t)
        .model
        .put("attention.sliding_window", 6)
        .put("expert_shared_count", 1)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      t.model.matrix("blk." + layer + ".attn_gate.weight", t.plain.hidden, t.plain.hidden);
    }
    return vectors(t, "exp_probs_b.bias", 0.4)
        .mutate("attention.sliding_window", 7)
        .mutate("expert_weights_scale", 1.0);
  }

  private static Tiny cohere2moe(boolean rms) {
    PlainRouting r = sigmoid();
    r.selection = false;
    r.leading = 1;
    r.shared = 32;
    r.averaged = true;
    r.normalized = false;
    Tiny t = routed(rms ? "cohere2moe with RMS norms" : "cohere2moe", "cohere2moe", r);
    t.plain.neox = false;
    t.plain.layerNorm = !rms;
    t.normBiases = false;
    t.oneNorm = true;
    t.plain.parallel = true;
    t.plain.logitScale = 0.25;
    t.plain.window = 6;
    t.plain.period = 4;
    t.plain.firstSeesAll = true;
    t.plain.onlyWindowsTurned = true;
    t.plain.layers = 5;
    filled(t)
        .model
        .putAll("attention.sliding_window_pattern", 0, 1, 1, 1, 0)
        .put("attention.sliding_window", 6)
        .put("logit_scale", 0.25)
        .put("expert_shared_count", 2)
        .put("expert_shared_feed_forward_length", 32)
        .put("expert_weights_norm", false)
        .put("expert_gating_func", SIGMOID);
    return t.mutate("attention.sliding_window", 7)
        .mutate("logit_scale", 1.0)
        .mutate("expert_weights_norm", true);
  }
}
