package io.wasmchord.model;

/** Those of {@link TinyDecoders} and {@link OtherTinyDecoders} that are mixtures of experts. */
final class TinyMixtures {
  private TinyMixtures() {}

  static Tiny mixtral() {
    Tiny t = new Tiny("mixtral", "llama");
    t.plain.neox = false;
    t.plain.experts = 5;
    t.plain.used = 2;
    t.plain.expertWidth = 48;
    t.fill().model.put("expert_count", 5).put("expert_used_count", 2);
    return t.mutate("expert_used_count", 1);
  }

  static Tiny qwen2moe() {
    Tiny t = new Tiny("qwen2moe", "qwen2moe");
    t.biases = true;
    t.plain.experts = 6;
    t.plain.used = 3;
    t.plain.expertWidth = 16;
    t.plain.weightsNormalized = false;
    t.plain.sharedExpert = true;
    t.fill()
        .model
        .put("expert_count", 6)
        .put("expert_used_count", 3)
        .put("expert_feed_forward_length", 16)
        .put("expert_shared_feed_forward_length", 48);
    return t.mutate("expert_used_count", 4);
  }

  static Tiny qwen3moe() {
    Tiny t = TinyDecoders.qwen3("qwen3moe");
    t.plain.experts = 8;
    t.plain.used = 3;
    t.plain.expertWidth = 12;
    t.fill()
        .model
        .put("expert_count", 8)
        .put("expert_used_count", 3)
        .put("expert_feed_forward_length", 12);
    return t.mutate("expert_used_count", 2);
  }

  static Tiny oldMixtral() {
    Tiny t = new Tiny("mixtral, an expert a tensor", "llama");
    t.plain.neox = false;
    t.plain.experts = 4;
    t.plain.used = 2;
    t.plain.expertWidth = 48;
    t.expertTensors = true;
    t.fill().model.put("expert_count", 4).put("expert_used_count", 2);
    return t.mutate("expert_used_count", 1);
  }

  static Tiny graniteMoe(boolean shared) {
    Tiny t = new Tiny(shared ? "granitemoe with a shared expert" : "granitemoe", "granitemoe");
    t.plain.neox = false;
    t.plain.embeddingScale = 12;
    t.plain.residualScale = 0.22;
    t.plain.attentionScale = 0.11;
    t.plain.logitScale = 1 / 0.4;
    t.plain.experts = 6;
    t.plain.used = 2;
    t.plain.expertWidth = 16;
    t.plain.sharedExpert = shared;
    t.plain.feedForward = shared ? 24 : 16;
    t.sharedWeighted = false;
    t.fill()
        .model
        .put("feed_forward_length", 16)
        .put("embedding_scale", 12.0)
        .put("residual_scale", 0.22)
        .put("attention.scale", 0.11)
        .put("logit_scale", 0.4)
        .put("expert_count", 6)
        .put("expert_used_count", 2);
    if (shared) {
      t.model.put("expert_shared_feed_forward_length", 24);
    }
    return t.mutate("residual_scale", 1.0)
        .mutate("attention.scale", 0.3)
        .mutate("expert_used_count", 3);
  }

  static Tiny olmoe() {
    Tiny t = new Tiny("olmoe", "olmoe");
    t.rowNorms = true;
    t.plain.kvHeads = 4;
    t.plain.experts = 8;
    t.plain.used = 3;
    t.plain.expertWidth = 48;
    t.plain.weightsNormalized = false;
    t.fill().model.put("expert_count", 8).put("expert_used_count", 3);
    return t.mutate("expert_used_count", 2);
  }
}
