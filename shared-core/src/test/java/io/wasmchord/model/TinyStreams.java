package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Gemma 3n's tiny models, under the names that llama.cpp's converter writes. */
final class TinyStreams {
  private static final double EPSILON = 0.02;

  private TinyStreams() {}

  static List<Tiny> all() {
    return List.of(small(), deep());
  }

  private static Tiny small() {
    Tiny t = new Tiny("gemma3n", "gemma3n");
    PlainGemma g = gemma(t);
    PlainAltUp p = new PlainAltUp(t.model, g);
    fill(t, g, p);
    return t.mutate("attention.sliding_window", 4)
        .mutate("rope.freq_base", 10000.0)
        .mutate("rope.freq_base_swa", 500.0)
        .mutate("attention.layer_norm_rms_epsilon", 0.1)
        .mutate("final_logit_softcapping", 5.0)
        .mutate("sparsity", m -> sparse(m, 7, 1, 1.6448533535003662))
        .mutate("deviations", m -> sparse(m, 7, 2, 1.0))
        .mutate("correct_scale", m -> vector(m, "blk.1.altup_correct_scale.weight", g.hidden))
        .mutate("predict_coef", m -> matrix(m, "blk.1.altup_predict_coef.weight", 4, 16))
        .mutate("correct_coef", m -> matrix(m, "blk.1.altup_correct_coef.weight", 4, 4))
        .mutate("router", m -> matrix(m, "blk.1.altup_router.weight", g.hidden, 4))
        .mutate("router_norm", m -> vector(m, "blk.1.altup_router_norm.weight", g.hidden))
        .mutate("laurel_l", m -> matrix(m, "blk.1.laurel_l.weight", g.hidden, p.rank))
        .mutate("laurel_r", m -> matrix(m, "blk.1.laurel_r.weight", p.rank, g.hidden))
        .mutate("laurel_post_norm", m -> vector(m, "blk.1.laurel_post_norm.weight", g.hidden))
        .mutate("altup_proj", m -> matrix(m, "altup_proj.weight", g.hidden, g.hidden, 3))
        .mutate("unembd", m -> matrix(m, "altup_unembd_proj.weight", g.hidden, g.hidden, 3));
  }

  /**
   * As llama.cpp takes it, whatever a file says: a rank of 64, 256 values of each layer, ten layers
   * with few gates, and twenty with keys and values of their own.
   */
  private static Tiny deep() {
    Tiny t = new Tiny("gemma3n with 22 layers", "gemma3n");
    PlainGemma g = gemma(t);
    g.sliding = IntStream.range(0, 22).map(layer -> layer % 5 == 4 ? 0 : 1).toArray();
    g.shared = 2;
    g.layerInput = 256;
    PlainAltUp p = new PlainAltUp(t.model, g);
    p.rank = 64;
    p.sparseLayers = 10;
    fill(t, g, p);
    return t;
  }

  private static PlainGemma gemma(Tiny t) {
    PlainGemma g = new PlainGemma(t.model, EPSILON);
    g.fullDim = g.slidingDim;
    g.fullHeads = g.slidingHeads;
    g.fullFrequencies = PlainDecoder.frequencies(g.fullDim, 1e6);
    return g;
  }

  private static TinyModel sparse(TinyModel m, int layers, int sparse, double deviations) {
    double[] each = new double[layers];
    Arrays.fill(each, Double.NEGATIVE_INFINITY);
    Arrays.fill(each, 0, sparse, deviations);
    return m.meta("gemma3n.activation_sparsity_scale", new GgufValue.Reals(GgufType.FLOAT32, each));
  }

  private static TinyModel vector(TinyModel m, String name, long... shape) {
    return m.random(name, 1, 0.5, shape);
  }

  private static TinyModel matrix(TinyModel m, String name, long... shape) {
    return m.random(name, 0, 1, shape);
  }

  private static void fill(Tiny t, PlainGemma g, PlainAltUp p) {
    int layers = g.layers();
    int width = t.plain.feedForward;
    t.plain.layers = layers;
    t.twin = p;
    TinyModel m = t.model;
    m.put("block_count", layers)
        .put("context_length", Tiny.CONTEXT)
        .put("embedding_length", g.hidden)
        .put("feed_forward_length", width)
        .put("attention.head_count", g.heads)
        .put("attention.head_count_kv", g.fullHeads)
        .put("attention.layer_norm_rms_epsilon", EPSILON)
        .put("attention.key_length", g.fullDim)
        .put("attention.value_length", g.fullDim)
        .put("attention.sliding_window", g.window)
        .put("attention.shared_kv_layers", g.shared)
        .put("altup.active_idx", 0)
        .put("altup.num_inputs", p.streams)
        .put("embedding_length_per_layer_input", g.layerInput)
        .put("rope.freq_base", 1e6)
        .put("rope.freq_base_swa", 10000.0)
        .put("final_logit_softcapping", g.logitCap);
    sparse(m, layers, p.sparseLayers, p.deviations);
    m.meta(
        "gemma3n.attention.sliding_window_pattern",
        new GgufValue.Ints(GgufType.BOOL, Arrays.stream(g.sliding).asLongStream().toArray()));
    int columns = layers * g.layerInput;
    int others = p.streams - 1;
    m.matrix("token_embd.weight", g.hidden, t.plain.vocabulary)
        .norm("output_norm", g.hidden)
        .random("per_layer_token_embd.weight", 0, 0.5, columns, t.plain.vocabulary)
        .matrix("per_layer_model_proj.weight", g.hidden, columns)
        .norm("per_layer_proj_norm", g.layerInput)
        .matrix("altup_proj.weight", g.hidden, g.hidden, others)
        .matrix("altup_unembd_proj.weight", g.hidden, g.hidden, others);
    for (int layer = 0; layer < layers; layer++) {
      layer(m, g, p, "blk." + layer + ".", width);
    }
  }

  private static void layer(TinyModel m, PlainGemma g, PlainAltUp p, String blk, int width) {
    int queries = g.heads * g.fullDim;
    int keys = g.fullHeads * g.fullDim;
    double gain = g.layers() > 10 ? 0.05 : 0.3; // many layers make much of a rounding
    m.norm(blk + "attn_norm", g.hidden)
        .matrix(blk + "attn_q.weight", g.hidden, queries)
        .matrix(blk + "attn_k.weight", g.hidden, keys)
        .matrix(blk + "attn_v.weight", g.hidden, keys)
        .norm(blk + "attn_q_norm", g.fullDim)
        .norm(blk + "attn_k_norm", g.fullDim)
        .matrix(blk + "attn_output.weight", queries, g.hidden)
        .norm(blk + "post_attention_norm", g.hidden)
        .norm(blk + "ffn_norm", g.hidden)
        .matrix(blk + "ffn_gate.weight", g.hidden, width)
        .matrix(blk + "ffn_up.weight", g.hidden, width)
        .matrix(blk + "ffn_down.weight", width, g.hidden)
        .norm(blk + "post_ffw_norm", g.hidden)
        .matrix(blk + "inp_gate.weight", g.hidden, g.layerInput)
        .matrix(blk + "proj.weight", g.layerInput, g.hidden)
        .norm(blk + "post_norm", g.hidden)
        .norm(blk + "altup_router_norm", g.hidden)
        .random(blk + "altup_router.weight", 0, 6, g.hidden, p.streams)
        .random(blk + "altup_predict_coef.weight", 0, gain, p.streams, p.streams * p.streams)
        .random(blk + "altup_correct_coef.weight", 0, gain, p.streams, p.streams)
        .random(blk + "altup_correct_scale.weight", 1, 0.3, g.hidden)
        .matrix(blk + "laurel_l.weight", g.hidden, p.rank)
        .matrix(blk + "laurel_r.weight", p.rank, g.hidden)
        .norm(blk + "laurel_post_norm", g.hidden);
  }
}
