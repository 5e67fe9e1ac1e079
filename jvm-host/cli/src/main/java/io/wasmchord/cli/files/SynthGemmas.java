package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.Arrays;

/** Shapes of Gemmas whose layers have inputs of their own and share keys. */
final class SynthGemmas {
  private SynthGemmas() {}

  /** Gemma 3n E2B's. */
  static SynthShape gemma3n(int layers, int vocabulary) {
    double[] sparsity = new double[layers];
    Arrays.fill(sparsity, 0, Math.min(10, layers), 1.6448536269514722); // of 95 in 100
    SynthShape s =
        new SynthShape("gemma3n", vocabulary, layers, 2048)
            .heads(8, 256)
            .put("attention.head_count_kv", 2)
            .put("attention.sliding_window", 512)
            .putFlags("attention.sliding_window_pattern", layer -> layer % 5 != 4)
            .put("attention.shared_kv_layers", shared(layers, layers * 2 / 3))
            .put("context_length", 32_768)
            .put("feed_forward_length", 8192)
            .put("altup.active_idx", 0)
            .put("altup.num_inputs", 4)
            .put("embedding_length_per_layer_input", 256)
            .put("activation_sparsity_scale", new GgufValue.Reals(GgufType.FLOAT32, sparsity))
            .put("rope.freq_base", 1e6)
            .put("rope.freq_base_swa", 1e4)
            .put("final_logit_softcapping", 30.0)
            .epsilon(1e-6)
            .matrix("altup_proj.weight", 2048, 2048, 3)
            .matrix("altup_unembd_proj.weight", 2048, 2048, 3);
    perLayer(s);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
      gemma(s, block, 256, true, 2);
      s.gated(block, "", 8192)
          .floats(block + "altup_correct_coef.weight", 4, 4)
          .norm(block + "altup_correct_scale", 2048)
          .floats(block + "altup_predict_coef.weight", 4, 16)
          .floats(block + "altup_router.weight", 2048, 4)
          .norm(block + "altup_router_norm", 2048)
          .matrix(block + "laurel_l.weight", 2048, 64)
          .matrix(block + "laurel_r.weight", 64, 2048)
          .norm(block + "laurel_post_norm", 2048);
    }
    return s.norm("output_norm", 2048);
  }

  /** Gemma 4 E2B's. */
  static SynthShape gemma4(int layers, int vocabulary) {
    int shared = shared(layers, layers * 3 / 7);
    SynthShape s =
        new SynthShape("gemma4", vocabulary, layers, 1536)
            .heads(8, 512)
            .put("attention.key_length_swa", 256)
            .put("attention.value_length_swa", 256)
            .put("attention.head_count_kv", 1)
            .put("attention.sliding_window", 512)
            .putFlags("attention.sliding_window_pattern", layer -> layer % 5 != 4)
            .put("attention.shared_kv_layers", shared)
            .put("context_length", 131_072)
            .putEach("feed_forward_length", layer -> layer < layers - shared ? 6144 : 12_288)
            .put("embedding_length_per_layer_input", 256)
            .put("rope.dimension_count", 512)
            .put("rope.dimension_count_swa", 256)
            .put("rope.freq_base", 1e6)
            .put("rope.freq_base_swa", 1e4)
            .put("final_logit_softcapping", 30.0)
            .epsilon(1e-6)
            .norm("rope_freqs", 256);
    perLayer(s);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
      gemma(s, block, layer % 5 == 4 ? 512 : 256, layer < layers - shared, 1);
      s.gated(block, "", layer < layers - shared ? 6144 : 12_288)
          .norm(block + "layer_output_scale", 1);
    }
    return s.norm("output_norm", 1536);
  }

  /** Layers that take keys of others: those after whole periods of five that have their own. */
  private static int shared(int layers, int own) {
    return Math.max(0, layers - Math.max(1, (own + 4) / 5) * 5);
  }

  /** Embeddings that every layer has of its own, of 256 values. */
  private static void perLayer(SynthShape s) {
    s.matrix("per_layer_token_embd.weight", 256L * s.layers(), s.vocabulary())
        .matrix("per_layer_model_proj.weight", s.hidden(), 256L * s.layers())
        .norm("per_layer_proj_norm", 256);
  }

  /** A layer of Gemma's but its feed-forward matrices. */
  private static void gemma(SynthShape s, String block, int headDim, boolean keys, int kvHeads) {
    s.norm(block + "attn_norm", s.hidden())
        .matrix(block + "attn_q.weight", s.hidden(), 8L * headDim)
        .norm(block + "attn_q_norm", headDim)
        .matrix(block + "attn_output.weight", 8L * headDim, s.hidden());
    if (keys) {
      s.matrix(block + "attn_k.weight", s.hidden(), (long) kvHeads * headDim)
          .matrix(block + "attn_v.weight", s.hidden(), (long) kvHeads * headDim)
          .norm(block + "attn_k_norm", headDim);
    }
    s.norm(block + "post_attention_norm", s.hidden())
        .norm(block + "ffn_norm", s.hidden())
        .norm(block + "post_ffw_norm", s.hidden())
        .matrix(block + "inp_gate.weight", s.hidden(), 256)
        .matrix(block + "proj.weight", 256, s.hidden())
        .norm(block + "post_norm", s.hidden());
  }
}
