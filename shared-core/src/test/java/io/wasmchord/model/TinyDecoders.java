package io.wasmchord.model;

import java.util.ArrayList;
import java.util.List;

/** One tiny random model for each architecture and feature, with what it should compute. */
final class TinyDecoders {
  private static final int CONTEXT = Tiny.CONTEXT;

  private TinyDecoders() {}

  /** All of them. */
  static List<Tiny> all() {
    List<Tiny> all = new ArrayList<>();
    all.add(llama());
    all.add(llama3());
    all.add(linear());
    all.add(yarn());
    all.add(TinyMixtures.mixtral());
    all.add(qwen2());
    all.add(TinyMixtures.qwen2moe());
    all.add(qwen3("qwen3"));
    all.add(TinyMixtures.qwen3moe());
    all.add(phi3(false));
    all.add(phi3(true));
    all.add(smollm3());
    all.add(granite());
    all.add(olmo2(false));
    all.add(olmo2(true));
    all.add(stablelm());
    all.add(starcoder2());
    all.add(gpt2());
    all.add(gemma());
    all.add(gemma2());
    all.add(gemma3());
    all.addAll(OtherTinyDecoders.all());
    all.addAll(RoutedTinyDecoders.all());
    all.addAll(TinyGemmas.all());
    all.addAll(RareTinyDecoders.all());
    all.addAll(TinyRecurrents.all());
    all.addAll(TinyRwkvs.all());
    all.addAll(TinyFamilies.all());
    all.addAll(TinyQwenRwkvs.all());
    all.addAll(TinyLinears.all());
    all.addAll(TinyStreams.all());
    all.addAll(ChunkedTinyDecoders.all());
    all.addAll(ScarceTinyDecoders.all());
    return all;
  }

  /** All of them, made once, as there are many. */
  private static final class Made {
    private static final List<Tiny> ALL = all();
  }

  /** The one called {@code name}. Others are given the same, so nobody changes it. */
  static Tiny named(String name) {
    return Made.ALL.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
  }

  private static Tiny llama() {
    Tiny t = new Tiny("llama", "llama");
    t.plain.neox = false;
    return t.fill().mutate("rope.freq_base", 500.0);
  }

  private static Tiny llama3() {
    Tiny t = new Tiny("llama 3.2", "llama");
    t.plain.neox = false;
    t.tied = true;
    double[] factors = {1, 1.5, 4, 32};
    t.fill().model.put("rope.freq_base", 500.0);
    t.model.random("rope_freqs.weight", 0, 0, 4);
    for (int i = 0; i < 4; i++) {
      t.model.tensor("rope_freqs.weight")[i] = (float) factors[i];
      t.plain.frequencies[i] = Math.pow(500, -i / 4.0) / factors[i];
    }
    return t.mutate("rope.freq_base", 600.0);
  }

  private static Tiny linear() {
    Tiny t = new Tiny("linear scaling", "llama");
    t.plain.neox = false;
    for (int i = 0; i < 4; i++) {
      t.plain.frequencies[i] /= 4;
    }
    t.fill().model.put("rope.scaling.type", "linear").put("rope.scaling.factor", 4.0);
    return t.mutate("rope.scaling.factor", 3.0);
  }

  /** The paper's formulas with llama.cpp's rounding of the two bounds. */
  private static Tiny yarn() {
    Tiny t = new Tiny("yarn", "qwen3");
    t.headNorms = true;
    t.plain.headDim = 24;
    t.plain.ropeDim = 24;
    t.plain.attentionScale = 1 / Math.sqrt(24);
    double factor = 8;
    double context = 4096;
    double low = Math.floor(24 * Math.log(context / (32 * 2 * Math.PI)) / (2 * Math.log(10000)));
    double high = Math.ceil(24 * Math.log(context / (1 * 2 * Math.PI)) / (2 * Math.log(10000)));
    t.plain.frequencies = PlainDecoder.frequencies(24, 10000);
    for (int i = 0; i < 12; i++) {
      double ramp = Math.clamp((i - low) / (high - low), 0, 1);
      t.plain.frequencies[i] *= ramp / factor + (1 - ramp);
    }
    t.plain.magnitude = 1 + 0.1 * Math.log(factor);
    t.fill()
        .model
        .put("rope.scaling.type", "yarn")
        .put("rope.scaling.factor", factor)
        .put("rope.scaling.yarn_attn_factor", t.plain.magnitude) // does not count again
        .put("rope.scaling.original_context_length", (int) context);
    return t.mutate("rope.scaling.factor", 4.0).mutate("rope.scaling.original_context_length", 64);
  }

  private static Tiny qwen2() {
    Tiny t = new Tiny("qwen2", "qwen2");
    t.biases = true;
    return t.fill().mutate("rope.freq_base", 1e6);
  }

  static Tiny qwen3(String architecture) {
    Tiny t = new Tiny(architecture, architecture);
    t.headNorms = true;
    t.plain.headDim = 12;
    t.plain.ropeDim = 12;
    t.plain.attentionScale = 1 / Math.sqrt(12);
    t.plain.frequencies = PlainDecoder.frequencies(12, 10000);
    return architecture.equals("qwen3") ? t.fill() : t;
  }

  private static Tiny phi3(boolean extended) {
    Tiny t = new Tiny(extended ? "phi3 in a long context" : "phi3", "phi3");
    t.fused = true;
    t.plain.ropeDim = 6;
    t.plain.frequencies = PlainDecoder.frequencies(6, 10000);
    t.plain.magnitude = 1.19;
    t.cache = extended ? CONTEXT : 32;
    t.fill()
        .model
        .random("rope_factors_long.weight", 3, 0.5, 3)
        .random("rope_factors_short.weight", 1.2, 0.1, 3)
        .put("rope.scaling.original_context_length", extended ? 32 : 256) // llama.cpp's least
        .put("rope.scaling.attn_factor", 1.19);
    float[] factors =
        t.model.tensor(extended ? "rope_factors_long.weight" : "rope_factors_short.weight");
    for (int i = 0; i < 3; i++) {
      t.plain.frequencies[i] /= factors[i];
    }
    return t.mutate("rope.scaling.attn_factor", 1.0)
        .mutate("rope.scaling.original_context_length", extended ? 100 : 8);
  }

  private static Tiny smollm3() {
    Tiny t = new Tiny("smollm3", "smollm3");
    t.plain.neox = false;
    t.plain.untouchedByRope = 4;
    t.plain.layers = 5;
    return t.fill();
  }

  private static Tiny granite() {
    Tiny t = new Tiny("granite", "granite");
    t.plain.neox = false;
    t.plain.embeddingScale = 12;
    t.plain.residualScale = 0.22;
    t.plain.attentionScale = 0.11;
    t.plain.logitScale = 1 / 0.4;
    t.fill()
        .model
        .put("embedding_scale", 12.0)
        .put("residual_scale", 0.22)
        .put("attention.scale", 0.11)
        .put("logit_scale", 0.4);
    return t.mutate("embedding_scale", 6.0)
        .mutate("residual_scale", 1.0)
        .mutate("attention.scale", 0.3)
        .mutate("logit_scale", 1.0);
  }

  private static Tiny olmo2(boolean windows) {
    Tiny t = new Tiny(windows ? "olmo2 with windows" : "olmo2", "olmo2");
    t.rowNorms = true;
    t.plain.normsBefore = false;
    t.plain.normsAfter = true;
    t.plain.kvHeads = 4;
    if (!windows) {
      return t.fill();
    }
    t.plain.window = 6;
    t.plain.period = 4;
    for (int i = 0; i < 4; i++) {
      t.plain.frequencies[i] /= 2; // only where all positions are seen
    }
    t.fill().model.put("attention.sliding_window", 6).put("rope.scaling.factor", 2.0);
    return t.mutate("attention.sliding_window", 7);
  }

  private static Tiny stablelm() {
    Tiny t = new Tiny("stablelm", "stablelm");
    t.plain.layerNorm = true;
    t.plain.ropeDim = 2;
    t.plain.frequencies = PlainDecoder.frequencies(2, 10000);
    t.fill();
    return t.mutate("rope.dimension_count", 4);
  }

  private static Tiny starcoder2() {
    Tiny t = new Tiny("starcoder2", "starcoder2");
    t.plain.layerNorm = true;
    t.plain.gated = false;
    t.plain.activation = PlainDecoder::gelu;
    t.biases = true;
    t.tied = true;
    return t.fill().mutate("rope.freq_base", 100.0);
  }

  private static Tiny gpt2() {
    Tiny t = new Tiny("gpt2", "gpt2");
    t.plain.layerNorm = true;
    t.plain.gated = false;
    t.plain.learnedPositions = true;
    t.plain.kvHeads = 4;
    t.plain.activation = PlainDecoder::gelu;
    t.biases = true;
    t.fused = true;
    t.tied = true;
    return t.fill();
  }

  private static Tiny gemma() {
    return gemma(new Tiny("gemma", "gemma")).fill();
  }

  private static Tiny gemma(Tiny t) {
    t.tied = true;
    t.plain.embeddingScale = Math.sqrt(32);
    t.plain.activation = PlainDecoder::gelu;
    t.plain.headDim = 16;
    t.plain.ropeDim = 16;
    t.plain.attentionScale = 0.25;
    t.plain.frequencies = PlainDecoder.frequencies(16, 10000);
    t.plain.localFrequencies = t.plain.frequencies;
    return t;
  }

  private static Tiny gemma2() {
    Tiny t = gemma(new Tiny("gemma2", "gemma2"));
    t.plain.normsAfter = true;
    t.plain.window = 5;
    t.plain.period = 2;
    t.plain.scoreCap = 2;
    t.plain.logitCap = 1.5;
    t.fill()
        .model
        .put("attention.sliding_window", 5)
        .put("attn_logit_softcapping", 2.0)
        .put("final_logit_softcapping", 1.5);
    return t.mutate("attention.sliding_window", 6)
        .mutate("attn_logit_softcapping", 1.0)
        .mutate("final_logit_softcapping", 0.0);
  }

  private static Tiny gemma3() {
    Tiny t = gemma(new Tiny("gemma3", "gemma3"));
    t.headNorms = true;
    t.plain.layers = 7;
    t.plain.normsAfter = true;
    t.plain.window = 5;
    t.plain.period = 6;
    t.plain.frequencies = PlainDecoder.frequencies(16, 1e6);
    for (int i = 0; i < 8; i++) {
      t.plain.frequencies[i] /= 8; // only where all positions are seen
    }
    t.fill()
        .model
        .put("attention.sliding_window", 5)
        .put("rope.freq_base", 1e6)
        .put("rope.scaling.type", "linear")
        .put("rope.scaling.factor", 8.0);
    return t.mutate("attention.sliding_window", 4)
        .mutate("attention.sliding_window_pattern", 3)
        .mutate("rope.freq_base", 1e4)
        .mutate("rope.freq_base_swa", 100.0)
        .mutate("rope.scaling.factor", 4.0);
  }
}
