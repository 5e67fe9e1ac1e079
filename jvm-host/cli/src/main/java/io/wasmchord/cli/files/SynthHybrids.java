package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.Set;

/** Shapes of models whose layers attend, or are convolutions or recurrent. */
final class SynthHybrids {
  private SynthHybrids() {}

  /** LFM2-1.2B's. */
  static SynthShape lfm2(int layers, int vocabulary) {
    SynthShape s =
        convolved("lfm2", vocabulary, layers, Set.of(2, 5, 8, 10, 12, 14))
            .put("feed_forward_length", 8192);
    for (int layer = 0; layer < layers; layer++) {
      s.norm(SynthShape.block(layer) + "ffn_norm", 2048).gated(SynthShape.block(layer), "", 8192);
    }
    return s;
  }

  /** LFM2-8B-A1B's. */
  static SynthShape lfm2moe(int layers, int vocabulary) {
    SynthShape s =
        convolved("lfm2moe", vocabulary, layers, Set.of(2, 6, 10, 14, 18, 21))
            .put("feed_forward_length", 7168)
            .put("leading_dense_block_count", 2)
            .put("expert_count", 32)
            .put("expert_used_count", 4)
            .put("expert_feed_forward_length", 1792)
            .put("expert_gating_func", 2);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
      s.norm(block + "ffn_norm", 2048);
      if (layer < 2) {
        s.gated(block, "", 7168);
      } else {
        s.experts(block, 32, 1792).floats(block + "exp_probs_b.bias", 32);
      }
    }
    return s;
  }

  /** Granite 4 H Tiny's. */
  static SynthShape granite(int layers, int vocabulary) {
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
            .epsilon(1e-5);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
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

  /** Qwen3.5-0.8B's. */
  static SynthShape qwen35(int layers, int vocabulary) {
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
            .epsilon(1e-6);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
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

  /** All but the feed-forward layers; the others are short convolutions. */
  private static SynthShape convolved(
      String architecture, int vocabulary, int layers, Set<Integer> attending) {
    SynthShape s =
        new SynthShape(architecture, vocabulary, layers, 2048)
            .put("context_length", 128_000)
            .put("attention.head_count", 32)
            .putEach("attention.head_count_kv", layer -> attending.contains(layer) ? 8 : 0)
            .put("shortconv.l_cache", 3)
            .put("rope.freq_base", 1e6)
            .epsilon(1e-5)
            .norm("token_embd_norm", 2048);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
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
}
