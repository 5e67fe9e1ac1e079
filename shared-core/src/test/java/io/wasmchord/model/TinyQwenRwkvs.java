package io.wasmchord.model;

import static io.wasmchord.model.TinyRwkvs.DECAY;
import static io.wasmchord.model.TinyRwkvs.GATE;
import static io.wasmchord.model.TinyRwkvs.HEAD;
import static io.wasmchord.model.TinyRwkvs.LARGE_HEAD;
import static io.wasmchord.model.TinyRwkvs.RATE;
import static io.wasmchord.model.TinyRwkvs.VALUE;

import java.util.List;

/** Those of {@link TinyDecoders} that have RWKV's time mix in the place of a Qwen's attention. */
final class TinyQwenRwkvs {
  private TinyQwenRwkvs() {}

  static List<Tiny> all() {
    return List.of(six(0), six(2), seven(true, true), seven(false, false));
  }

  private static Tiny rwkv(String name, String architecture, int hidden, int head) {
    Tiny t = new Tiny(name, architecture);
    PlainDecoder p = t.plain;
    p.hidden = hidden;
    t.model
        .put("block_count", p.layers)
        .put("context_length", Tiny.CONTEXT)
        .put("embedding_length", hidden)
        .put("feed_forward_length", p.feedForward)
        .put("attention.head_count", 0)
        .put("attention.layer_norm_rms_epsilon", p.epsilon)
        .put("token_shift_count", 1)
        .put("wkv.head_size", head)
        .matrix("token_embd.weight", hidden, p.vocabulary)
        .norm("output_norm", hidden)
        .matrix("output.weight", hidden, p.vocabulary);
    return t.mutate("attention.layer_norm_rms_epsilon", 5 * p.epsilon);
  }

  private static void around(Tiny t, String blk, int layer) {
    t.model.norm(blk + "attn_norm", t.plain.hidden);
    t.feedForward(blk, layer);
  }

  /**
   * RWKV 6's, without norms of heads.
   *
   * @param keyHeads heads of keys and values; 0 for as many as there are of receptances
   */
  private static Tiny six(int keyHeads) {
    int hidden = 32;
    int keys = keyHeads == 0 ? hidden : keyHeads * HEAD;
    Tiny t =
        rwkv(
            keyHeads == 0 ? "rwkv6qwen2" : "rwkv6qwen2 with fewer keys",
            "rwkv6qwen2",
            hidden,
            HEAD);
    PlainRwkv plain = new PlainRwkv(t.plain, false, HEAD);
    plain.rank = RATE;
    plain.dense = true;
    t.twin = plain;
    t.model
        .put("attention.head_count_kv", keyHeads == 0 ? hidden / HEAD : keyHeads)
        .put("time_mix_extra_dim", RATE)
        .put("time_decay_extra_dim", DECAY);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      around(t, blk, layer);
      t.linear(blk + "time_mix_receptance", hidden, hidden, true);
      t.linear(blk + "time_mix_key", hidden, keys, true);
      t.linear(blk + "time_mix_value", hidden, keys, true);
      t.model
          .matrix(blk + "time_mix_output.weight", hidden, hidden)
          .matrix(blk + "time_mix_gate.weight", hidden, hidden)
          .matrix(blk + "time_mix_w1.weight", hidden, 5 * RATE)
          .random(blk + "time_mix_w2.weight", 0, 0.4, RATE, hidden, 5)
          .random(blk + "time_mix_lerp_x.weight", 0.5, 0.3, hidden, 1, 1)
          .random(blk + "time_mix_lerp_fused.weight", 0.5, 0.3, hidden, 1, 1, 5)
          .random(blk + "time_mix_decay.weight", -1, 0.7, hidden)
          .matrix(blk + "time_mix_decay_w1.weight", hidden, DECAY)
          .matrix(blk + "time_mix_decay_w2.weight", DECAY, hidden);
    }
    TinyRwkvs.twice(t, "time_mix_lerp_x", "time_mix_decay", "time_mix_decay_w1", "time_mix_w2");
    TinyRwkvs.twice(t, "time_mix_gate", "time_mix_lerp_fused");
    return keyHeads == 0
        ? t.mutate(
            "wkv.head_size",
            m -> m.put("wkv.head_size", 2 * HEAD).put("attention.head_count_kv", hidden / HEAD / 2))
        : t;
  }

  private static Tiny seven(boolean gated, boolean normed) {
    int hidden = 2 * LARGE_HEAD;
    Tiny t =
        rwkv(gated ? "arwkv7" : "arwkv7 without gates and norms", "arwkv7", hidden, LARGE_HEAD);
    PlainRwkv plain = new PlainRwkv(t.plain, true, LARGE_HEAD);
    plain.dense = true;
    t.twin = plain;
    t.model
        .put("attention.decay_lora_rank", DECAY)
        .put("attention.iclr_lora_rank", RATE)
        .put("attention.value_residual_mix_lora_rank", VALUE)
        .put("attention.gate_lora_rank", gated ? GATE : 0);
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      around(t, blk, layer);
      for (String part : List.of("receptance", "key", "value", "output")) {
        t.model.matrix(blk + "time_mix_" + part + ".weight", hidden, hidden);
      }
      if (normed) {
        t.model.norm(blk + "time_mix_ln", hidden).random(blk + "time_mix_ln.bias", 0, 0.3, hidden);
      }
      TinyRwkvs.seven(t, blk, layer, gated);
    }
    TinyRwkvs.twice(t, "time_mix_w0", "time_mix_a0", "time_mix_v0", "time_mix_k_a", "time_mix_r_k");
    TinyRwkvs.twice(t, "time_mix_w1", "time_mix_a1", "time_mix_v1", "time_mix_lerp_fused");
    return t.mutate("wkv.head_size", 32);
  }
}
