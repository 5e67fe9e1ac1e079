package io.wasmchord.model;

import java.util.List;

/** Those of {@link TinyDecoders} that are RWKV. */
final class TinyRwkvs {
  static final int DECAY = 12; // ranks
  static final int RATE = 8;
  static final int VALUE = 4;
  static final int GATE = 16;
  static final int HEAD = 8;
  static final int LARGE_HEAD = 64; // llama.cpp's RWKV 7 reads that many values at a time

  private TinyRwkvs() {}

  static List<Tiny> all() {
    return List.of(six(false), six(true), seven(true), seven(false));
  }

  private static Tiny rwkv(String name, String architecture) {
    Tiny t = new Tiny(name, architecture);
    PlainDecoder p = t.plain;
    boolean seven = architecture.equals("rwkv7");
    p.layerNorm = true;
    p.layers = 4;
    p.hidden = seven ? 2 * LARGE_HEAD : p.hidden;
    t.model
        .put("block_count", p.layers)
        .put("context_length", Tiny.CONTEXT)
        .put("embedding_length", p.hidden)
        .put("feed_forward_length", p.feedForward)
        .put("attention.head_count", 0)
        .put("attention.layer_norm_epsilon", p.epsilon)
        .put("wkv.head_size", seven ? LARGE_HEAD : HEAD)
        .matrix("token_embd.weight", p.hidden, p.vocabulary);
    norm(t, "token_embd_norm");
    norm(t, "output_norm");
    t.model.matrix("output.weight", p.hidden, p.vocabulary);
    return t.mutate("attention.layer_norm_epsilon", 5 * p.epsilon);
  }

  private static void norm(Tiny t, String name) {
    t.model.norm(name, t.plain.hidden).random(name + ".bias", 0, 0.3, t.plain.hidden);
  }

  private static void both(Tiny t, String blk) {
    int hidden = t.plain.hidden;
    norm(t, blk + "attn_norm");
    norm(t, blk + "attn_norm_2");
    for (String part : List.of("receptance", "key", "value", "output")) {
      t.model.matrix(blk + "time_mix_" + part + ".weight", hidden, hidden);
    }
    norm(t, blk + "time_mix_ln");
    t.model
        .random(blk + "channel_mix_lerp_k.weight", 0.5, 0.3, hidden, 1, 1)
        .matrix(blk + "channel_mix_key.weight", hidden, t.plain.feedForward)
        .matrix(blk + "channel_mix_value.weight", t.plain.feedForward, hidden);
  }

  private static Tiny six(boolean fused) {
    Tiny t = rwkv(fused ? "rwkv6 with mixtures in one" : "rwkv6", "rwkv6");
    PlainRwkv plain = new PlainRwkv(t.plain, false, HEAD);
    plain.rank = RATE;
    plain.halved = fused ? 2 : 0;
    t.twin = plain;
    t.model
        .put("rescale_every_n_layers", plain.halved)
        .put("time_mix_extra_dim", RATE)
        .put("time_decay_extra_dim", DECAY);
    int hidden = t.plain.hidden;
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      both(t, blk);
      t.model
          .matrix(blk + "time_mix_w1.weight", hidden, 5 * RATE)
          .random(blk + "time_mix_w2.weight", 0, 0.4, RATE, hidden, 5)
          .random(blk + "time_mix_lerp_x.weight", 0.5, 0.3, hidden, 1, 1);
      if (fused) {
        t.model.random(blk + "time_mix_lerp_fused.weight", 0.5, 0.3, hidden, 1, 1, 5);
      } else {
        for (String part : List.of("w", "k", "v", "r", "g")) {
          t.model.random(blk + "time_mix_lerp_" + part + ".weight", 0.5, 0.3, hidden, 1, 1);
        }
      }
      t.model
          .random(blk + "time_mix_first.weight", 0.5, 0.5, HEAD, hidden / HEAD)
          .random(blk + "time_mix_decay.weight", -1, 0.7, hidden)
          .matrix(blk + "time_mix_decay_w1.weight", hidden, DECAY)
          .matrix(blk + "time_mix_decay_w2.weight", DECAY, hidden)
          .matrix(blk + "time_mix_gate.weight", hidden, hidden)
          .random(blk + "channel_mix_lerp_r.weight", 0.5, 0.3, hidden, 1, 1)
          .matrix(blk + "channel_mix_receptance.weight", hidden, hidden);
    }
    twice(
        t,
        "time_mix_lerp_x",
        "time_mix_first",
        "time_mix_decay",
        "time_mix_decay_w1",
        "time_mix_w2");
    twice(t, "channel_mix_lerp_r", "channel_mix_lerp_k", "time_mix_ln", "time_mix_gate");
    return t.mutate("rescale_every_n_layers", 1);
  }

  static void twice(Tiny t, String... tensors) {
    for (String tensor : tensors) {
      t.mutate("twice " + tensor, m -> TinyRecurrents.twice(m, tensor + ".weight"));
    }
  }

  private static Tiny seven(boolean gated) {
    Tiny t = rwkv(gated ? "rwkv7" : "rwkv7 without gates", "rwkv7");
    t.twin = new PlainRwkv(t.plain, true, LARGE_HEAD);
    t.model
        .put("attention.decay_lora_rank", DECAY)
        .put("attention.iclr_lora_rank", RATE)
        .put("attention.value_residual_mix_lora_rank", VALUE)
        .put("attention.gate_lora_rank", gated ? GATE : 0);
    int hidden = t.plain.hidden;
    for (int layer = 0; layer < t.plain.layers; layer++) {
      String blk = "blk." + layer + ".";
      both(t, blk);
      seven(t, blk, layer, gated);
    }
    twice(t, "time_mix_w0", "time_mix_a0", "time_mix_v0", "time_mix_k_a", "time_mix_r_k");
    twice(t, "time_mix_w1", "time_mix_a1", "time_mix_v1", "time_mix_lerp_fused");
    t.mutate("wkv.head_size", 16);
    return t.mutate(
        "other time_mix_k_k",
        m -> {
          for (int layer = 0; layer < t.plain.layers; layer++) {
            m.random("blk." + layer + ".time_mix_k_k.weight", 0.8, 0.3, hidden);
          }
          return m;
        });
  }

  /** What RWKV 7's time mix has beside its four matrices. */
  static void seven(Tiny t, String blk, int layer, boolean gated) {
    int hidden = t.plain.hidden;
    low(t, blk + "time_mix_w", DECAY);
    low(t, blk + "time_mix_a", RATE);
    low(t, blk + "time_mix_v", layer == 0 ? RATE : VALUE);
    if (gated) {
      t.model
          .matrix(blk + "time_mix_g1.weight", hidden, GATE)
          .matrix(blk + "time_mix_g2.weight", GATE, hidden);
    }
    t.model
        .random(blk + "time_mix_lerp_fused.weight", 0.5, 0.3, hidden, 1, 1, gated ? 6 : 5)
        .random(blk + "time_mix_k_k.weight", 0.8, 0.3, hidden)
        .random(blk + "time_mix_k_a.weight", 0.8, 0.3, hidden)
        .random(blk + "time_mix_r_k.weight", 0, 0.4, hidden);
  }

  private static void low(Tiny t, String name, int rank) {
    int hidden = t.plain.hidden;
    t.model
        .random(name + "0.weight", 0, 0.5, hidden)
        .matrix(name + "1.weight", hidden, rank)
        .matrix(name + "2.weight", rank, hidden);
  }
}
