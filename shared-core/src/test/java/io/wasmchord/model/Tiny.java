package io.wasmchord.model;

import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.LayerGroups;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A tiny random model and its plain twin. */
final class Tiny {
  static final int CONTEXT = 64;

  final String name;
  final TinyModel model;
  final PlainDecoder plain;
  private final Map<String, UnaryOperator<TinyModel>> changes = new LinkedHashMap<>();
  Twin twin; // computes its logits in plain double precision
  UnaryOperator<TinyModel> compared = model -> model; // the file that llama.cpp is given
  int cache = CONTEXT;
  boolean fused;
  boolean biases;
  boolean tied;
  boolean headNorms;
  boolean rowNorms;
  boolean normBiases = true; // of layer norms
  boolean fusedUp;
  boolean outputBias;
  boolean oneNorm; // none of the feed-forward layer's own
  boolean expertTensors; // one for each expert
  boolean sharedWeighted = true;
  String feedForwardNorm = "ffn_norm";
  boolean sinks;
  boolean subNorms; // and factors of matrices
  boolean outputBiases; // of attention
  boolean gateBiases;
  boolean bareNorms; // after sub-layers, without ".weight"
  boolean inputNorm;

  Tiny(String name, String architecture) {
    this.name = name;
    this.model = new TinyModel(architecture);
    this.plain = new PlainDecoder(model);
    this.twin = plain::logits;
  }

  /** What is computed in plain double precision. */
  interface Twin {
    /** Logits of every position. */
    double[][] logits(int[] ids);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Layers in so many memories, 1 or 2; those that tokens come back to are in one. */
  static LayerGroups groups(ModelConfig config, int memories) {
    int layers = config.layers();
    int first = config.together(0) == layers ? layers : 1;
    return memories == 1
        ? LayerGroups.one(layers)
        : new LayerGroups(List.of(first, layers - first));
  }

  /** The same file with another value, which must be noticed. */
  Tiny mutate(String key, double value) {
    changes.put(key, m -> m.put(key, value));
    return this;
  }

  Tiny mutate(String key, int value) {
    changes.put(key, m -> m.put(key, value));
    return this;
  }

  Tiny mutate(String key, boolean value) {
    changes.put(key, m -> m.put(key, value));
    return this;
  }

  /** The same file with another change, which must be noticed. */
  Tiny mutate(String what, UnaryOperator<TinyModel> change) {
    changes.put(what, change);
    return this;
  }

  /** The file with each of the other values. */
  Map<String, TinyModel> mutants() {
    Map<String, TinyModel> mutants = new LinkedHashMap<>();
    changes.forEach((key, change) -> mutants.put(key, change.apply(model.copy())));
    return mutants;
  }

  /** Writes metadata and tensors as the plain twin's fields have them. */
  Tiny fill() {
    PlainDecoder p = plain;
    String eps = p.layerNorm ? "layer_norm_epsilon" : "layer_norm_rms_epsilon";
    model
        .put("block_count", p.layers)
        .put("context_length", CONTEXT)
        .put("embedding_length", p.hidden)
        .put("feed_forward_length", p.feedForward)
        .put("attention.head_count", p.heads)
        .put("attention.head_count_kv", p.kvHeads)
        .put("attention." + eps, p.epsilon);
    if (!p.convolved.isEmpty()) {
      IntStream heads =
          IntStream.range(0, p.layers).map(i -> p.convolved.contains(i) ? 0 : p.kvHeads);
      model.putAll("attention.head_count_kv", heads.asLongStream().toArray());
      model.put("shortconv.l_cache", p.taps);
    }
    if (p.headDim != p.hidden / p.heads) {
      model.put("attention.key_length", p.headDim).put("attention.value_length", p.headDim);
    }
    if (p.ropeDim != p.headDim) {
      model.put("rope.dimension_count", p.ropeDim);
    }
    model.matrix("token_embd.weight", p.hidden, p.vocabulary);
    norm(p.lastNorm, p.hidden);
    if (inputNorm) {
      norm("token_embd_norm", p.hidden);
    }
    if (!tied) {
      linear("output", p.hidden, p.vocabulary, outputBias);
    }
    if (p.learnedPositions) {
      model.matrix("position_embd.weight", p.hidden, CONTEXT);
    }
    for (int layer = 0; layer < p.layers; layer++) {
      p.rare.enter(p, layer);
      if (TinyRecurrents.fill(this, layer) || TinyFamilies.fill(this, layer)) {
        continue;
      }
      if (p.convolved.contains(layer)) {
        convolution("blk." + layer + ".");
      } else {
        attention("blk." + layer + ".");
      }
      feedForward("blk." + layer + ".", layer);
    }
    return mutate("attention." + eps, 5 * p.epsilon);
  }

  void norm(String name, int size) {
    if (plain.rare.unweighted) {
      return;
    }
    model.norm(name, size);
    if (plain.layerNorm && normBiases) {
      model.random(name + ".bias", 0, 0.3, size);
    }
  }

  void linear(String name, int in, int out, boolean bias) {
    model.matrix(name + ".weight", in, out);
    if (bias) {
      model.random(name + ".bias", 0, 0.3, out);
    }
  }

  private void norms(String blk, String before, String after) {
    if (plain.normsBefore) {
      norm(blk + before, plain.hidden);
    }
    if (plain.normsAfter && bareNorms) {
      model.random(blk + after, 1, 0.3, plain.hidden);
    } else if (plain.normsAfter) {
      norm(blk + after, plain.hidden);
    }
  }

  private void convolution(String blk) {
    PlainDecoder p = plain;
    norms(blk, "attn_norm", "post_attention_norm");
    linear(blk + "shortconv.in_proj", p.hidden, 3 * p.hidden, false);
    model.matrix(blk + "shortconv.conv.weight", p.taps, p.hidden);
    linear(blk + "shortconv.out_proj", p.hidden, p.hidden, false);
  }

  void attention(String blk) {
    PlainDecoder p = plain;
    int queries = p.heads * p.headDim;
    int keys = p.kvHeads * p.headDim;
    norms(blk, p.attentionNorm, p.normAfterAttention);
    if (p.latent != null) {
      boolean near = p.latent.sliding != null && p.local(Integer.parseInt(blk.split("\\.")[1]));
      (near ? p.latent.sliding : p.latent).tensors(model, blk, p.hidden, p.heads);
      return;
    }
    if (fused) {
      linear(blk + "attn_qkv", p.hidden, queries + 2 * keys, biases);
    } else {
      linear(blk + "attn_q", p.hidden, p.recurrent.gatedAttention ? 2 * queries : queries, biases);
      linear(blk + "attn_k", p.hidden, keys, biases);
      linear(blk + "attn_v", p.hidden, keys, biases);
    }
    linear(blk + "attn_output", queries, p.hidden, (biases && p.layerNorm) || outputBiases);
    if (sinks) {
      model.random(blk + "attn_sinks.weight", 0, 2, p.heads);
    }
    if (subNorms) {
      model.norm(blk + "attn_sub_norm", queries);
      factors(blk, "attn_q", "attn_k", "attn_v", "attn_output");
    }
    if (p.ownHeadNorms) {
      model.random(blk + "attn_q_norm.weight", 1, 0.3, p.headDim, p.heads);
      model.random(blk + "attn_k_norm.weight", 1, 0.3, p.headDim, p.kvHeads);
    } else if (headNorms || rowNorms) {
      model.norm(blk + "attn_q_norm", rowNorms ? queries : p.headDim);
      model.norm(blk + "attn_k_norm", rowNorms ? keys : p.headDim);
    }
  }

  void feedForward(String blk, int layer) {
    PlainDecoder p = plain;
    if (!oneNorm) {
      norms(blk, feedForwardNorm, p.normAfterFeedForward);
    }
    if (p.routed != null && p.routed.is(layer)) {
      p.routed.tensors(model, blk, p.hidden);
    }
    if (p.routed != null && p.routed.is(layer) && !p.routed.aside) {
      return;
    }
    if (p.experts > 0) {
      mixture(blk);
    } else if (!p.gated) {
      linear(blk + "ffn_up", p.hidden, p.feedForward, biases);
      linear(blk + "ffn_down", p.feedForward, p.hidden, biases);
    } else if (fused || fusedUp) {
      linear(blk + "ffn_up", p.hidden, 2 * p.feedForward, false);
      linear(blk + "ffn_down", p.feedForward, p.hidden, false);
    } else {
      gated(blk, "");
    }
    if (p.routed != null && p.routed.aside) {
      norm(blk + "ffn_norm_exps", p.hidden);
    }
    if (subNorms) {
      model.norm(blk + "ffn_sub_norm", p.feedForward);
      factors(blk, "ffn_gate", "ffn_up", "ffn_down");
    }
  }

  private void factors(String blk, String... names) {
    for (String matrix : names) {
      model.random(blk + matrix + ".scale", 1, 0.2, 1);
    }
  }

  private void mixture(String blk) {
    PlainDecoder p = plain;
    model.random(blk + "ffn_gate_inp.weight", 0, 0.5, p.hidden, p.experts);
    if (expertTensors) {
      for (int e = 0; e < p.experts; e++) {
        linear(blk + "ffn_gate." + e, p.hidden, p.expertWidth, false);
        linear(blk + "ffn_up." + e, p.hidden, p.expertWidth, false);
        linear(blk + "ffn_down." + e, p.expertWidth, p.hidden, false);
      }
    } else {
      model
          .matrix(blk + "ffn_gate_exps.weight", p.hidden, p.expertWidth, p.experts)
          .matrix(blk + "ffn_up_exps.weight", p.hidden, p.expertWidth, p.experts)
          .matrix(blk + "ffn_down_exps.weight", p.expertWidth, p.hidden, p.experts);
    }
    if (p.sharedExpert) {
      if (sharedWeighted) {
        model.random(blk + "ffn_gate_inp_shexp.weight", 0, 0.5, p.hidden);
      }
      gated(blk, "_shexp");
    }
  }

  private void gated(String blk, String suffix) {
    linear(blk + "ffn_gate" + suffix, plain.hidden, plain.feedForward, gateBiases);
    linear(blk + "ffn_up" + suffix, plain.hidden, plain.feedForward, gateBiases);
    linear(blk + "ffn_down" + suffix, plain.feedForward, plain.hidden, gateBiases);
  }
}
