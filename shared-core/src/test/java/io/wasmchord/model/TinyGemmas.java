package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.Arrays;
import java.util.List;

/** Gemma 4's tiny models, under the names that llama.cpp's converter writes. */
final class TinyGemmas {
  private static final double EPSILON = 0.02;
  private static final int[] WIDTHS = {48, 48, 48, 48, 64, 64, 64};

  private TinyGemmas() {}

  static List<Tiny> all() {
    return List.of(gemma4(), gemma4WithoutInputs(), gemma4Mixture());
  }

  /** As the small ones are: with inputs of layers, and keys and values that layers share. */
  private static Tiny gemma4() {
    Tiny t = tiny("gemma4");
    PlainGemma p = new PlainGemma(t.model, EPSILON);
    fill(t, p);
    return t.mutate("attention.sliding_window", 4)
        .mutate("rope.freq_base", 10000.0)
        .mutate("rope.freq_base_swa", 500.0)
        .mutate("rope.dimension_count_swa", 4)
        .mutate("final_logit_softcapping", 5.0)
        .mutate("attention.layer_norm_rms_epsilon", 0.1)
        .mutate("factors of rope", m -> m.copy().random("rope_freqs.weight", 2, 0.3, 8))
        .mutate(
            "factor of a layer",
            m -> m.copy().random("blk.1.layer_output_scale.weight", 2, 0.1, 1));
  }

  /** As the large ones are: layers that attend to all take their keys for values. */
  private static Tiny gemma4WithoutInputs() {
    Tiny t = tiny("gemma4 with keys as values");
    PlainGemma p = new PlainGemma(t.model, EPSILON);
    p.layerInput = 0;
    p.shared = 0;
    p.sliding = new int[] {1, 1, 0, 1, 1, 0};
    fill(t, p);
    return t.mutate("attention.sliding_window", 4);
  }

  /** As the mixture is: experts beside a feed-forward layer. */
  private static Tiny gemma4Mixture() {
    Tiny t = tiny("gemma4 with experts");
    PlainGemma p = new PlainGemma(t.model, EPSILON);
    p.layerInput = 0;
    p.shared = 0;
    p.sliding = new int[] {1, 0, 1, 0};
    p.experts = 5;
    fill(t, p);
    t.model
        .put("expert_count", p.experts)
        .put("expert_used_count", 2)
        .put("expert_feed_forward_length", p.expertWidth);
    for (int layer = 0; layer < p.layers(); layer++) {
      String blk = "blk." + layer + ".";
      t.model
          .random(blk + "ffn_gate_inp.weight", 0, 2, p.hidden, p.experts)
          .random(blk + "ffn_gate_inp.scale", 1, 0.3, p.hidden)
          .matrix(blk + "ffn_gate_up_exps.weight", p.hidden, 2 * p.expertWidth, p.experts)
          .matrix(blk + "ffn_down_exps.weight", p.expertWidth, p.hidden, p.experts)
          .random(blk + "ffn_down_exps.scale", 1, 0.4, p.experts)
          .norm(blk + "post_ffw_norm_1", p.hidden)
          .norm(blk + "pre_ffw_norm_2", p.hidden)
          .norm(blk + "post_ffw_norm_2", p.hidden);
    }
    return t.mutate("expert_used_count", 3)
        .mutate(
            "scale of experts",
            m -> m.copy().random("blk.0.ffn_down_exps.scale", 1, 0.4, p.experts))
        .mutate(
            "scale of routers", m -> m.copy().random("blk.0.ffn_gate_inp.scale", 1, 1, p.hidden));
  }

  private static Tiny tiny(String name) {
    return new Tiny(name, "gemma4");
  }

  private static void fill(Tiny t, PlainGemma p) {
    t.plain.layers = p.layers();
    t.twin = p;
    TinyModel m = t.model;
    long[] kvHeads = new long[p.layers()];
    long[] widths = new long[p.layers()];
    for (int layer = 0; layer < p.layers(); layer++) {
      kvHeads[layer] = p.kvHeads(layer);
      widths[layer] = WIDTHS[layer];
    }
    m.put("block_count", p.layers())
        .put("context_length", Tiny.CONTEXT)
        .put("embedding_length", p.hidden)
        .putAll("feed_forward_length", widths)
        .put("attention.head_count", p.heads)
        .putAll("attention.head_count_kv", kvHeads)
        .put("attention.layer_norm_rms_epsilon", EPSILON)
        .put("attention.key_length", p.fullDim)
        .put("attention.value_length", p.fullDim)
        .put("attention.key_length_swa", p.slidingDim)
        .put("attention.value_length_swa", p.slidingDim)
        .put("attention.sliding_window", p.window)
        .put("attention.shared_kv_layers", p.shared)
        .put("embedding_length_per_layer_input", p.layerInput)
        .put("rope.dimension_count", p.fullDim)
        .put("rope.dimension_count_swa", p.slidingDim)
        .put("rope.freq_base", 1e6)
        .put("rope.freq_base_swa", 10000.0)
        .put("final_logit_softcapping", p.logitCap);
    m.meta(
        "gemma4.attention.sliding_window_pattern",
        new GgufValue.Ints(GgufType.BOOL, Arrays.stream(p.sliding).asLongStream().toArray()));
    m.matrix("token_embd.weight", p.hidden, t.plain.vocabulary).norm("output_norm", p.hidden);
    proportional(m, p);
    if (p.layerInput > 0) {
      int columns = p.layers() * p.layerInput;
      m.random("per_layer_token_embd.weight", 0, 0.5, columns, t.plain.vocabulary)
          .matrix("per_layer_model_proj.weight", p.hidden, columns)
          .norm("per_layer_proj_norm", p.layerInput);
    }
    for (int layer = 0; layer < p.layers(); layer++) {
      layer(m, p, layer, "blk." + layer + ".");
    }
  }

  /** Of layers that attend to all, a quarter of the pairs turns. */
  private static void proportional(TinyModel m, PlainGemma p) {
    int pairs = p.fullDim / 2;
    m.random("rope_freqs.weight", 1, 0, pairs);
    for (int i = pairs / 4; i < pairs; i++) {
      m.tensor("rope_freqs.weight")[i] = 1e30f;
      p.fullFrequencies[i] = 0;
    }
  }

  private static void layer(TinyModel m, PlainGemma p, int layer, String blk) {
    int dim = p.dim(layer);
    int queries = p.heads * dim;
    int keys = p.kvHeads(layer) * dim;
    m.norm(blk + "attn_norm", p.hidden)
        .matrix(blk + "attn_q.weight", p.hidden, queries)
        .matrix(blk + "attn_k.weight", p.hidden, keys)
        .norm(blk + "attn_q_norm", dim)
        .norm(blk + "attn_k_norm", dim)
        .matrix(blk + "attn_output.weight", queries, p.hidden)
        .norm(blk + "post_attention_norm", p.hidden)
        .norm(blk + "ffn_norm", p.hidden)
        .matrix(blk + "ffn_gate.weight", p.hidden, WIDTHS[layer])
        .matrix(blk + "ffn_up.weight", p.hidden, WIDTHS[layer])
        .matrix(blk + "ffn_down.weight", WIDTHS[layer], p.hidden)
        .norm(blk + "post_ffw_norm", p.hidden)
        .random(blk + "layer_output_scale.weight", 0.8, 0.1, 1);
    if (p.layerInput > 0 || p.sliding[layer] != 0) {
      m.matrix(blk + "attn_v.weight", p.hidden, keys);
    }
    if (p.layerInput > 0) {
      m.matrix(blk + "inp_gate.weight", p.hidden, p.layerInput)
          .matrix(blk + "proj.weight", p.layerInput, p.hidden)
          .norm(blk + "post_norm", p.hidden);
    }
  }
}
