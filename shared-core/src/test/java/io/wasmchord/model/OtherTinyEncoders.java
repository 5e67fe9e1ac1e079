package io.wasmchord.model;

import io.wasmchord.model.config.Pooling;
import java.util.List;

/**
 * More tiny random encoders: those of jina-embeddings 3, EuroBERT, NeoBERT, and decoders both ways.
 */
final class OtherTinyEncoders {
  private OtherTinyEncoders() {}

  static List<TinyEncoders> all() {
    return List.of(
        jina2(), jina2Code(), nomicMixture(), jina3(), euro(), neo(), llamaEmbed(), llama());
  }

  private static TinyEncoders jina3() {
    TinyModel model = TinyEncoders.begin("jina-bert-v3");
    PlainEncoder p = new PlainEncoder(model);
    p.learnedPositions = false;
    p.ropeBase = 1000;
    TinyEncoders.fill(model, p, true, true);
    model
        .matrix("token_types.weight", p.hidden, 2)
        .put("rope.freq_base", p.ropeBase)
        .put("pooling_type", 1);
    return turning("jina-bert-v3", model, p, Pooling.MEAN);
  }

  private static TinyEncoders jina2() {
    TinyModel model = TinyEncoders.begin("jina-bert-v2");
    PlainEncoder p = new PlainEncoder(model);
    p.learnedPositions = false;
    p.alibi = 8;
    p.gated = true;
    TinyEncoders.fill(model, p, false, true);
    for (int layer = 0; layer < p.layers; layer++) {
      model.without("blk." + layer + ".ffn_gate.bias").without("blk." + layer + ".ffn_up.bias");
    }
    model.matrix("token_types.weight", p.hidden, 2).put("pooling_type", 1);
    return TinyEncoders.of("jina-bert-v2", model, p, Pooling.MEAN);
  }

  /** Norms of queries and keys as rows, one norm more, and gate and up in one matrix. */
  private static TinyEncoders jina2Code() {
    TinyModel model = TinyEncoders.begin("jina-bert-v2");
    PlainEncoder p = new PlainEncoder(model);
    p.learnedPositions = false;
    p.alibi = 8;
    TinyEncoders.fill(model, p, false, true);
    p.gated = true;
    for (int layer = 0; layer < p.layers; layer++) {
      String blk = "blk." + layer + ".";
      for (String norm : List.of("attn_q_norm", "attn_k_norm", "attn_norm_2")) {
        model.norm(blk + norm, p.hidden).random(blk + norm + ".bias", 0, 0.3, p.hidden);
      }
      model.without(blk + "ffn_up");
      TinyEncoders.linear(model, blk + "ffn_up", p.hidden, 2 * p.feedForward, true);
    }
    model.matrix("token_types.weight", p.hidden, 2).put("pooling_type", 1);
    return TinyEncoders.of("jina-bert-v2 of code", model, p, Pooling.MEAN);
  }

  /** Of four layers the second and the last are mixtures. */
  private static TinyEncoders nomicMixture() {
    TinyModel model = TinyEncoders.begin("nomic-bert-moe");
    PlainEncoder p = new PlainEncoder(model);
    p.layers = 4;
    p.learnedPositions = false;
    p.ropeBase = 1000;
    p.used = 2;
    TinyEncoders.fill(model, p, true, true);
    model
        .matrix("token_types.weight", p.hidden, 2)
        .put("moe_every_n_layers", 2)
        .put("expert_count", 6)
        .put("expert_used_count", p.used)
        .put("rope.freq_base", p.ropeBase)
        .put("pooling_type", 1);
    for (int layer = 1; layer < p.layers; layer += 2) {
      String blk = "blk." + layer + ".";
      model
          .without(blk + "ffn_")
          .random(blk + "ffn_gate_inp.weight", 0, 0.5, p.hidden, 6)
          .matrix(blk + "ffn_up_exps.weight", p.hidden, p.feedForward, 6)
          .matrix(blk + "ffn_down_exps.weight", p.feedForward, p.hidden, 6);
    }
    TinyEncoders tiny = turning("nomic-bert-moe", model, p, Pooling.MEAN);
    tiny.mutations().put("expert_used_count", m -> m.put("expert_used_count", 3));
    return tiny;
  }

  private static TinyEncoders euro() {
    TinyModel model = TinyEncoders.begin("eurobert");
    PlainEncoder p = new PlainEncoder(model);
    p.kvHeads = 2;
    return turning("eurobert", fill(model, p).put("pooling_type", 1), p, Pooling.MEAN);
  }

  private static TinyEncoders llamaEmbed() {
    TinyModel model = TinyEncoders.begin("llama-embed");
    PlainEncoder p = new PlainEncoder(model);
    p.kvHeads = 2;
    p.neighbours = true;
    return turning("llama-embed", fill(model, p).put("pooling_type", 1), p, Pooling.MEAN);
  }

  /** A decoder's file, with the matrix of its logits, whose tokens see each other. */
  private static TinyEncoders llama() {
    TinyModel model = TinyEncoders.begin("llama");
    PlainEncoder p = new PlainEncoder(model);
    p.kvHeads = 1;
    p.neighbours = true;
    fill(model, p).put("pooling_type", 1).matrix("output.weight", p.hidden, 40);
    TinyEncoders llama = turning("llama, both ways", model, p, Pooling.MEAN);
    llama.mutations().put("attention.causal", m -> m.put("attention.causal", true));
    return llama;
  }

  private static TinyModel fill(TinyModel model, PlainEncoder p) {
    p.rms = true;
    p.gated = true;
    p.activation = PlainDecoder::silu;
    p.learnedPositions = false;
    p.ropeBase = 1000;
    TinyEncoders.common(model, p);
    model
        .put("attention.head_count_kv", p.kvHeads)
        .put("attention.layer_norm_rms_epsilon", p.epsilon)
        .put("rope.freq_base", p.ropeBase)
        .norm("output_norm", p.hidden);
    for (int layer = 0; layer < p.layers; layer++) {
      String blk = "blk." + layer + ".";
      model.norm(blk + "attn_norm", p.hidden);
      TinyEncoders.linear(model, blk + "attn_q", p.hidden, p.heads * p.dims, false);
      TinyEncoders.linear(model, blk + "attn_k", p.hidden, p.kvHeads * p.dims, false);
      TinyEncoders.linear(model, blk + "attn_v", p.hidden, p.kvHeads * p.dims, false);
      TinyEncoders.linear(model, blk + "attn_output", p.heads * p.dims, p.hidden, false);
      model.norm(blk + "ffn_norm", p.hidden);
      TinyEncoders.linear(model, blk + "ffn_gate", p.hidden, p.feedForward, false);
      TinyEncoders.linear(model, blk + "ffn_up", p.hidden, p.feedForward, false);
      TinyEncoders.linear(model, blk + "ffn_down", p.feedForward, p.hidden, false);
    }
    return model;
  }

  private static TinyEncoders neo() {
    TinyModel model = TinyEncoders.begin("neo-bert");
    PlainEncoder p = new PlainEncoder(model);
    p.rms = true;
    p.gated = true;
    p.neighbours = true;
    p.lastNorm = "enc.output_norm";
    p.activation = PlainDecoder::silu;
    p.learnedPositions = false;
    p.ropeBase = 1000;
    TinyEncoders.common(model, p);
    model
        .put("attention.layer_norm_rms_epsilon", p.epsilon)
        .put("rope.freq_base", p.ropeBase)
        .put("pooling_type", 2)
        .norm(p.lastNorm, p.hidden);
    for (int layer = 0; layer < p.layers; layer++) {
      String blk = "blk." + layer + ".";
      model.norm(blk + "attn_norm", p.hidden);
      TinyEncoders.linear(model, blk + "attn_qkv", p.hidden, 3 * p.hidden, false);
      TinyEncoders.linear(model, blk + "attn_output", p.hidden, p.hidden, false);
      model.norm(blk + "ffn_norm", p.hidden);
      TinyEncoders.linear(model, blk + "ffn_up", p.hidden, 2 * p.feedForward, false);
      TinyEncoders.linear(model, blk + "ffn_down", p.feedForward, p.hidden, false);
    }
    return turning("neo-bert", model, p, Pooling.CLS);
  }

  private static TinyEncoders turning(
      String name, TinyModel model, PlainEncoder p, Pooling pooling) {
    TinyEncoders tiny = TinyEncoders.of(name, model, p, pooling);
    tiny.mutations().put("rope.freq_base", m -> m.put("rope.freq_base", 10.0));
    return tiny;
  }
}
