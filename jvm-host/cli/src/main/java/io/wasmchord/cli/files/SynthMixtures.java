package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufValue;

/** Shapes of mixtures of experts. */
final class SynthMixtures {
  private SynthMixtures() {}

  /** Qwen3-30B-A3B's. */
  static SynthShape qwen3(int layers, int vocabulary) {
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
            .epsilon(1e-6);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
      s.norm(block + "attn_norm", 2048)
          .attention(block, 32 * 128, 4 * 128)
          .headNorms(block, 128)
          .norm(block + "ffn_norm", 2048)
          .experts(block, 128, 768);
    }
    return s.norm("output_norm", 2048).matrix("output.weight", 2048, vocabulary);
  }

  /** gpt-oss-20b's. */
  static SynthShape gptOss(int layers, int vocabulary) {
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
            .epsilon(1e-5);
    for (int layer = 0; layer < layers; layer++) {
      String block = SynthShape.block(layer);
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
}
