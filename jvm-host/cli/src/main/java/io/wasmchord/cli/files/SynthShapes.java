package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Shapes of well-known models, with the numbers of their public configurations. */
enum SynthShapes {
  TINY("tiny", 2, 512) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      return llama(vocabulary, layers, 256, new Llama(4, 2, 512, 512, 10_000, false));
    }
  },
  TINYLLAMA("tinyllama-1.1b", 22, 32_000) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      return llama(vocabulary, layers, 2048, new Llama(32, 4, 5632, 2048, 10_000, false));
    }
  },
  LLAMA_3_2_1B("llama-3.2-1b", 16, 128_256) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      return llama(vocabulary, layers, 2048, new Llama(32, 8, 8192, 131_072, 500_000, true));
    }
  },
  LLAMA_2_7B("llama-2-7b", 32, 32_000) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      return llama(vocabulary, layers, 4096, new Llama(32, 32, 11_008, 4096, 10_000, false));
    }
  },
  LLAMA_3_8B("llama-3-8b", 32, 128_256) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      return llama(vocabulary, layers, 4096, new Llama(32, 8, 14_336, 8192, 500_000, false));
    }
  },
  QWEN3_30B_A3B("qwen3-30b-a3b", 48, 151_936) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      SynthShape s =
          new SynthShape("qwen3moe", vocabulary, layers, 2048)
              .heads(32, 128)
              .put("attention.head_count_kv", 4)
              .put("context_length", 40_960)
              .put("feed_forward_length", 6144)
              .put("expert_count", 128)
              .put("expert_used_count", 8)
              .put("expert_feed_forward_length", 768)
              .put("rope.freq_base", 1e6)
              .put(EPSILON, 1e-6);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
        s.norm(block + "attn_norm", 2048)
            .attention(block, 32 * 128, 4 * 128)
            .headNorms(block, 128)
            .norm(block + "ffn_norm", 2048)
            .experts(block, 128, 768);
      }
      return s.norm("output_norm", 2048).matrix("output.weight", 2048, vocabulary);
    }
  },
  LFM2_1_2B("lfm2-1.2b", 16, 65_536) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      SynthShape s =
          lfm2("lfm2", vocabulary, layers, Set.of(2, 5, 8, 10, 12, 14))
              .put("feed_forward_length", 8192);
      for (int layer = 0; layer < layers; layer++) {
        s.norm(block(layer) + "ffn_norm", 2048).gated(block(layer), "", 8192);
      }
      return s;
    }
  },
  LFM2_8B_A1B("lfm2-8b-a1b", 24, 65_536) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      SynthShape s =
          lfm2("lfm2moe", vocabulary, layers, Set.of(2, 6, 10, 14, 18, 21))
              .put("feed_forward_length", 7168)
              .put("leading_dense_block_count", 2)
              .put("expert_count", 32)
              .put("expert_used_count", 4)
              .put("expert_feed_forward_length", 1792)
              .put("expert_gating_func", 2);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
        s.norm(block + "ffn_norm", 2048);
        if (layer < 2) {
          s.gated(block, "", 7168);
        } else {
          s.experts(block, 32, 1792).floats(block + "exp_probs_b.bias", 32);
        }
      }
      return s;
    }
  },
  GRANITE_4_H_TINY("granite-4-h-tiny", 40, 100_352) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      SynthShape s =
          new SynthShape("granitehybrid", vocabulary, layers, 1536)
              .put("attention.head_count", 12)
              .putEach("attention.head_count_kv", layer -> layer % 10 == 5 ? 4 : 0)
              .put("context_length", 131_072)
              .put("feed_forward_length", 512)
              .put("expert_count", 64)
              .put("expert_used_count", 6)
              .put("expert_shared_feed_forward_length", 1024)
              .put("ssm.conv_kernel", 4)
              .put("ssm.inner_size", 3072)
              .put("ssm.state_size", 128)
              .put("ssm.time_step_rank", 48)
              .put("ssm.group_count", 1)
              .put("rope.dimension_count", 128)
              .put("rope.scaling.finetuned", new GgufValue.Bool(false))
              .put("attention.scale", 0.0078125)
              .put("embedding_scale", 12.0)
              .put("residual_scale", 0.22)
              .put("logit_scale", 6.0)
              .put(EPSILON, 1e-5);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
        s.norm(block + "attn_norm", 1536);
        if (layer % 10 == 5) {
          s.attention(block, 1536, 512);
        } else {
          s.matrix(block + "ssm_in.weight", 1536, 2 * 3072 + 2 * 128 + 48)
              .floats(block + "ssm_conv1d.weight", 4, 3072 + 2 * 128)
              .floats(block + "ssm_conv1d.bias", 3072 + 2 * 128)
              .floats(block + "ssm_dt.bias", 48)
              .decay(block + "ssm_a", 1, 48)
              .floats(block + "ssm_d", 1, 48)
              .norm(block + "ssm_norm", 3072, 1)
              .matrix(block + "ssm_out.weight", 3072, 1536);
        }
        s.norm(block + "ffn_norm", 1536).experts(block, 64, 512).gated(block, "_shexp", 1024);
      }
      return s.norm("output_norm", 1536);
    }
  },
  GPT_OSS_20B("gpt-oss-20b", 24, 201_088) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      SynthShape s =
          new SynthShape("gpt-oss", vocabulary, layers, 2880)
              .heads(64, 64)
              .put("attention.head_count_kv", 8)
              .put("attention.sliding_window", 128)
              .put("context_length", 131_072)
              .put("feed_forward_length", 2880)
              .put("expert_count", 32)
              .put("expert_used_count", 4)
              .put("expert_feed_forward_length", 2880)
              .put("rope.freq_base", 150_000.0)
              .put("rope.scaling.type", new GgufValue.Text("yarn"))
              .put("rope.scaling.factor", 32.0)
              .put("rope.scaling.original_context_length", 4096)
              .put(EPSILON, 1e-5);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
        s.norm(block + "attn_norm", 2880)
            .attention(block, 4096, 512)
            .floats(block + "attn_q.bias", 4096)
            .floats(block + "attn_k.bias", 512)
            .floats(block + "attn_v.bias", 512)
            .floats(block + "attn_output.bias", 2880)
            .floats(block + "attn_sinks.weight", 64)
            .norm(block + "post_attention_norm", 2880)
            .experts(block, 32, 2880)
            .floats(block + "ffn_gate_inp.bias", 32)
            .floats(block + "ffn_gate_exps.bias", 2880, 32)
            .floats(block + "ffn_up_exps.bias", 2880, 32)
            .floats(block + "ffn_down_exps.bias", 2880, 32);
      }
      return s.norm("output_norm", 2880).matrix("output.weight", 2880, vocabulary);
    }
  },
  QWEN3_5_0_8B("qwen3.5-0.8b", 24, 248_320) {
    @Override
    SynthShape of(int layers, int vocabulary) {
      SynthShape s =
          new SynthShape("qwen35", vocabulary, layers, 1024)
              .heads(8, 256)
              .put("attention.head_count_kv", 2)
              .put("context_length", 262_144)
              .put("feed_forward_length", 3584)
              .put("full_attention_interval", 4)
              .put("ssm.conv_kernel", 4)
              .put("ssm.inner_size", 2048)
              .put("ssm.state_size", 128)
              .put("ssm.time_step_rank", 16)
              .put("ssm.group_count", 16)
              .put("rope.dimension_count", 64)
              .put("rope.freq_base", 1e7)
              .put(
                  "rope.dimension_sections",
                  new GgufValue.Ints(GgufType.INT32, new long[] {11, 11, 10, 0}))
              .put(EPSILON, 1e-6);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
        s.norm(block + "attn_norm", 1024).norm(block + "post_attention_norm", 1024);
        if (layer % 4 == 3) {
          s.matrix(block + "attn_q.weight", 1024, 2 * 8 * 256)
              .matrix(block + "attn_k.weight", 1024, 512)
              .matrix(block + "attn_v.weight", 1024, 512)
              .matrix(block + "attn_output.weight", 2048, 1024)
              .headNorms(block, 256);
        } else {
          s.matrix(block + "attn_qkv.weight", 1024, 3 * 2048)
              .matrix(block + "attn_gate.weight", 1024, 2048)
              .floats(block + "ssm_conv1d.weight", 4, 3 * 2048)
              .floats(block + "ssm_dt.bias", 16)
              .decay(block + "ssm_a", 16)
              .matrix(block + "ssm_beta.weight", 1024, 16)
              .matrix(block + "ssm_alpha.weight", 1024, 16)
              .norm(block + "ssm_norm", 128)
              .matrix(block + "ssm_out.weight", 2048, 1024);
        }
        s.gated(block, "", 3584);
      }
      return s.norm("output_norm", 1024);
    }
  },
  GEMMA_3N_E2B("gemma-3n-e2b", 30, 262_144) {
    @Override
    SynthShape of(int layers, int vocabulary) {
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
              .put(EPSILON, 1e-6)
              .matrix("altup_proj.weight", 2048, 2048, 3)
              .matrix("altup_unembd_proj.weight", 2048, 2048, 3);
      perLayer(s);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
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
  },
  GEMMA_4_E2B("gemma-4-e2b", 35, 262_144) {
    @Override
    SynthShape of(int layers, int vocabulary) {
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
              .put(EPSILON, 1e-6)
              .norm("rope_freqs", 256);
      perLayer(s);
      for (int layer = 0; layer < layers; layer++) {
        String block = block(layer);
        gemma(s, block, layer % 5 == 4 ? 512 : 256, layer < layers - shared, 1);
        s.gated(block, "", layer < layers - shared ? 6144 : 12_288)
            .norm(block + "layer_output_scale", 1);
      }
      return s.norm("output_norm", 1536);
    }
  };

  private static final String EPSILON = "attention.layer_norm_rms_epsilon";

  private final String title;
  private final int usualLayers;
  private final int usualVocabulary;

  SynthShapes(String title, int usualLayers, int usualVocabulary) {
    this.title = title;
    this.usualLayers = usualLayers;
    this.usualVocabulary = usualVocabulary;
  }

  /** The model with so many layers and tokens. */
  abstract SynthShape of(int layers, int vocabulary);

  String title() {
    return title;
  }

  /** Layers of the model that it imitates. */
  int usualLayers() {
    return usualLayers;
  }

  /** Tokens of the model that it imitates. */
  int usualVocabulary() {
    return usualVocabulary;
  }

  static String titles() {
    return Arrays.stream(values()).map(SynthShapes::title).collect(Collectors.joining(", "));
  }

  /** Layers that take keys of others: those after whole periods of five that have their own. */
  private static int shared(int layers, int own) {
    return Math.max(0, layers - Math.max(1, (own + 4) / 5) * 5);
  }

  private static String block(int layer) {
    return "blk." + layer + ".";
  }

  /** What llamas differ in beside their width. */
  private record Llama(
      int heads, int kvHeads, int feedForward, int context, int ropeBase, boolean tied) {}

  private static SynthShape llama(int vocabulary, int layers, int hidden, Llama l) {
    int headDim = hidden / l.heads;
    SynthShape s =
        new SynthShape("llama", vocabulary, layers, hidden)
            .put("context_length", l.context)
            .put("feed_forward_length", l.feedForward)
            .put("attention.head_count", l.heads)
            .put("attention.head_count_kv", l.kvHeads)
            .put("rope.dimension_count", headDim)
            .put("rope.freq_base", (double) l.ropeBase)
            .put(EPSILON, 1e-5);
    for (int layer = 0; layer < layers; layer++) {
      s.norm(block(layer) + "attn_norm", hidden)
          .attention(block(layer), hidden, l.kvHeads * headDim)
          .norm(block(layer) + "ffn_norm", hidden)
          .gated(block(layer), "", l.feedForward);
    }
    s.norm("output_norm", hidden);
    return l.tied ? s : s.matrix("output.weight", hidden, vocabulary);
  }

  /** All but the feed-forward layers; the others are short convolutions. */
  private static SynthShape lfm2(
      String architecture, int vocabulary, int layers, Set<Integer> attending) {
    SynthShape s =
        new SynthShape(architecture, vocabulary, layers, 2048)
            .put("context_length", 128_000)
            .put("attention.head_count", 32)
            .putEach("attention.head_count_kv", layer -> attending.contains(layer) ? 8 : 0)
            .put("shortconv.l_cache", 3)
            .put("rope.freq_base", 1e6)
            .put(EPSILON, 1e-5)
            .norm("token_embd_norm", 2048);
    for (int layer = 0; layer < layers; layer++) {
      String block = block(layer);
      s.norm(block + "attn_norm", 2048);
      if (attending.contains(layer)) {
        s.attention(block, 2048, 512).headNorms(block, 64);
      } else {
        s.matrix(block + "shortconv.in_proj.weight", 2048, 3 * 2048)
            .floats(block + "shortconv.conv.weight", 3, 2048)
            .matrix(block + "shortconv.out_proj.weight", 2048, 2048);
      }
    }
    return s;
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
