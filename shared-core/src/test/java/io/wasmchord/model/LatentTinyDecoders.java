package io.wasmchord.model;

import java.util.ArrayList;
import java.util.List;

/** Those of {@link TinyDecoders} that have latent attention, {@link PlainLatent}'s. */
final class LatentTinyDecoders {
  private static final int SIGMOID = 2; // expert_gating_func
  private static final int LITE = 26; // layers by which llama.cpp knows models without a query row

  private LatentTinyDecoders() {}

  static List<Tiny> all() {
    List<Tiny> all = new ArrayList<>();
    all.add(deepseek("deepseek2", true));
    all.add(deepseek("deepseek2, an old file", false));
    all.add(lite());
    all.add(scaled("deepseek2 with YaRN", 0.0707));
    all.add(scaled("deepseek2 with YaRN as in V3", 0.1));
    all.add(mistral4());
    all.add(minicpm());
    all.add(plm());
    return all;
  }

  static Tiny latent(String name, String architecture, PlainLatent latent) {
    Tiny t = new Tiny(name, architecture);
    t.plain.neox = false;
    t.plain.latent = latent;
    t.plain.attentionScale = 1 / Math.sqrt(latent.unturned + latent.turned);
    t.plain.frequencies = PlainDecoder.frequencies(latent.turned, 10000);
    return t;
  }

  static Tiny filled(Tiny t) {
    t.fill();
    t.plain.latent.put(t.model, t.plain.heads);
    if (t.plain.routed != null) {
      t.plain.routed.put(t.model);
    }
    return t.mutate("rope.freq_base", 100.0);
  }

  static PlainRouting routing() {
    PlainRouting r = new PlainRouting();
    r.experts = 8;
    r.used = 3;
    r.scores = "sigmoid";
    r.selection = true;
    r.groups = 4;
    r.usedGroups = 2;
    r.leading = 1;
    r.shared = 16;
    r.scale = 2.5;
    return r;
  }

  static Tiny v3(Tiny t) {
    filled(t)
        .model
        .put("expert_shared_count", 1)
        .put("expert_weights_norm", true)
        .put("expert_gating_func", SIGMOID);
    return t.mutate("expert_group_used_count", 3).mutate("expert_weights_scale", 1.0);
  }

  private static Tiny deepseek(String name, boolean split) {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    latent.split = split;
    latent.value = 12;
    Tiny t = latent(name, "deepseek2", latent);
    t.plain.routed = routing();
    t.plain.routed.fused = split;
    return v3(t);
  }

  /** Two layers would do, but llama.cpp takes the number for a sign. */
  private static Tiny lite() {
    Tiny t = latent("deepseek2 without a query row", "deepseek2", new PlainLatent());
    t.plain.layers = LITE;
    PlainRouting r = new PlainRouting();
    r.leading = LITE - 1;
    r.shared = 32;
    r.normalized = false;
    t.plain.routed = r;
    filled(t).model.put("expert_shared_count", 2);
    return t;
  }

  /** Frequencies as in {@link TinyDecoders}'s YaRN; scores by the paper's and the authors' rule. */
  private static Tiny scaled(String name, double given) {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    latent.turned = 8;
    Tiny t = latent(name, "deepseek2", latent);
    double factor = 8;
    double context = 4096;
    double low = Math.floor(8 * Math.log(context / (32 * 2 * Math.PI)) / (2 * Math.log(10000)));
    double high = Math.ceil(8 * Math.log(context / (1 * 2 * Math.PI)) / (2 * Math.log(10000)));
    for (int i = 0; i < 4; i++) {
      double ramp = Math.clamp((i - low) / (high - low), 0, 1);
      t.plain.frequencies[i] *= ramp / factor + (1 - ramp);
    }
    double mscale = 1 + given * Math.log(factor);
    t.plain.attentionScale = mscale * mscale / Math.sqrt(16);
    t.plain.routed = routing();
    v3(t)
        .model
        .put("rope.scaling.type", "yarn")
        .put("rope.scaling.factor", factor)
        .put("rope.scaling.original_context_length", (int) context)
        .put("rope.scaling.yarn_log_multiplier", given);
    return t.mutate("rope.scaling.factor", 4.0).mutate("rope.scaling.yarn_log_multiplier", 0.02);
  }

  private static Tiny mistral4() {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    latent.temperature = 0.4;
    Tiny t = latent("mistral4", "mistral4", latent);
    PlainRouting r = new PlainRouting();
    r.shared = 16;
    t.plain.routed = r;
    filled(t)
        .model
        .put("expert_shared_count", 1)
        .put("expert_weights_norm", true)
        .put("attention.temperature_scale", 0.4)
        .put("attention.temperature_length", 8);
    return t.mutate("attention.temperature_scale", 0.1).mutate("attention.temperature_length", 3);
  }

  private static Tiny minicpm() {
    PlainLatent latent = new PlainLatent();
    latent.queryRank = 16;
    latent.split = false;
    Tiny t = latent("minicpm3", "minicpm3", latent);
    t.plain.neox = true;
    t.tied = true;
    t.plain.embeddingScale = 12;
    t.plain.residualScale = 1.4 / 2;
    t.plain.logitScale = 256 / 32.0;
    return filled(t);
  }

  private static Tiny plm() {
    PlainLatent latent = new PlainLatent();
    latent.split = false;
    Tiny t = latent("plm", "plm", latent);
    t.tied = true;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::reluSquared;
    return filled(t);
  }
}
