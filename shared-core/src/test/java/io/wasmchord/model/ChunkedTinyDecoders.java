package io.wasmchord.model;

import java.util.List;

/** Those of {@link TinyDecoders} that are mixtures with layers of several kinds of attention. */
final class ChunkedTinyDecoders {
  private static final int SIGMOID = 2; // expert_gating_func

  private ChunkedTinyDecoders() {}

  static List<Tiny> all() {
    return List.of(
        llama4(false),
        llama4(true),
        smallthinker(0),
        smallthinker(6),
        smallthinker(4096),
        phimoe());
  }

  /** With chunks and lengths that 26 tokens notice, or with those that llama.cpp always has. */
  private static Tiny llama4(boolean large) {
    PlainRouting r = new PlainRouting();
    r.scores = "logits";
    r.weighsInput = true;
    r.used = 1;
    r.shared = r.width;
    r.step = large ? 2 : 1;
    Tiny t = new Tiny(large ? "llama4 of 8192" : "llama4", "llama4");
    t.plain.routed = r;
    t.plain.neox = false;
    t.plain.layers = 5;
    t.plain.onlyWindowsTurned = true;
    t.plain.period = 4;
    t.plain.window = large ? 8192 : 6;
    t.plain.rare.chunked = true;
    t.plain.rare.normedWhenTurned = true;
    t.plain.rare.heatsUnturned = true;
    t.plain.rare.temperature = 0.1;
    t.plain.rare.temperatureLength = large ? 8192 : 4;
    t.plain.rare.temperatureOffset = 1;
    t.plain.frequencies = PlainDecoder.frequencies(8, 500);
    t.plain.localFrequencies = PlainDecoder.frequencies(8, 500);
    t.fill();
    r.put(t.model);
    t.model.put("interleave_moe_layer_step", r.step).put("rope.freq_base", 500.0);
    if (large) {
      return t.mutate("rope.freq_base", 10000.0);
    }
    t.model.put("attention.sliding_window", 6).put("attention.temperature_length", 4);
    return t.mutate("expert_used_count", 2)
        .mutate("attention.sliding_window", 7)
        .mutate("attention.temperature_length", 6)
        .mutate("attention.temperature_scale", 0.5)
        .mutate("rope.freq_base", 10000.0);
  }

  /** The one of llama.cpp's own window has windows that 26 tokens do not notice. */
  private static Tiny smallthinker(int window) {
    boolean large = window > 0;
    PlainRouting r = new PlainRouting();
    r.scores = large ? "softmax" : "sigmoid";
    r.gate = (g, u) -> Math.max(g, 0) * u;
    Tiny t =
        new Tiny(large ? "smallthinker, windows of " + window : "smallthinker", "smallthinker");
    t.plain.routed = r;
    t.plain.layers = 5;
    t.plain.rare.routedEarly = true;
    if (large) {
      t.plain.window = window;
      t.plain.period = 4;
      t.plain.firstSeesAll = true;
      t.plain.onlyWindowsTurned = true;
      t.plain.frequencies = PlainDecoder.frequencies(8, 500);
      t.plain.localFrequencies = PlainDecoder.frequencies(8, 500);
    }
    t.fill();
    r.put(t.model);
    t.model.put("feed_forward_length", r.width).put("expert_gating_func", large ? 1 : SIGMOID);
    if (large) {
      t.model.put("attention.sliding_window", window).put("rope.freq_base", 500.0);
      t.mutate("rope.freq_base", 10000.0);
    }
    if (window == 6) {
      t.mutate("attention.sliding_window", 7);
    }
    return t.mutate("expert_used_count", 3).mutate("expert_gating_func", large ? SIGMOID : 1);
  }

  private static Tiny phimoe() {
    Tiny t = new Tiny("phimoe", "phimoe");
    t.plain.experts = 6;
    t.plain.used = 2;
    t.plain.expertWidth = t.plain.feedForward;
    t.biases = true;
    t.outputBiases = true;
    t.outputBias = true;
    t.fill();
    t.model.put("expert_count", 6).put("expert_used_count", 2);
    for (String name : List.copyOf(t.model.names())) {
      if (name.endsWith("_norm.weight")) {
        t.model.random(name.replace(".weight", ".bias"), 0, 0.3, t.plain.hidden);
      }
    }
    return t.mutate("expert_used_count", 3)
        .mutate("bias of a norm", m -> m.random("blk.1.ffn_norm.bias", 0, 0.3, t.plain.hidden))
        .mutate("bias of the last", m -> m.random("output_norm.bias", 0, 0.3, t.plain.hidden));
  }
}
