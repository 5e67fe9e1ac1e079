package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Tiny random models of T5's kind with what they should compute, under the names and keys that
 * llama.cpp's converter writes.
 *
 * @param plain their plain twin
 * @param mutations changes that must make a difference
 */
record TinyStacks(
    String name,
    TinyModel model,
    PlainStacks plain,
    Map<String, UnaryOperator<TinyModel>> mutations) {
  /** More than the farthest distance that has a bucket of its own. */
  static final int CONTEXT = 200;

  private static final int FILLED = 36; // tokens with a spelling of their own

  static List<TinyStacks> all() {
    return List.of(
        decoder("t5", true, true, false),
        decoder("t5, tied, with relu", false, false, false),
        decoder("t5, biases in each layer", true, true, true),
        encoder("t5encoder", true),
        encoder("t5encoder with relu", false));
  }

  /** Those that give text. */
  static List<TinyStacks> decoders() {
    return all().stream().filter(t -> t.plain.decoders > 0).toList();
  }

  /** Those that give vectors alone. */
  static List<TinyStacks> encoders() {
    return all().stream().filter(t -> t.plain.decoders == 0).toList();
  }

  @Override
  public String toString() {
    return name;
  }

  private static TinyStacks decoder(String name, boolean gated, boolean own, boolean biases) {
    TinyModel model = vocabulary(new TinyModel("t5"));
    PlainStacks p = new PlainStacks(model);
    p.start = biases ? 5 : 0;
    p.decoders = biases ? 3 : 2; // llama.cpp loads no more than the encoder has layers
    TinyStacks tiny = begin(name, model, p, gated, biases);
    model.put("decoder_start_token_id", p.start).norm("dec.output_norm", p.hidden);
    model.put("decoder_block_count", p.decoders);
    if (own) {
      model.matrix("output.weight", p.hidden, p.vocabulary);
    }
    for (int layer = 0; layer < p.decoders; layer++) {
      String blk = "dec.blk." + layer + ".";
      layer(tiny, blk, gated, biases || layer == 0);
      attention(tiny, blk + "cross_attn");
      if (biases) {
        model.random(blk + "cross_attn_rel_b.weight", 0, 1, p.heads, p.buckets); // has no use
      }
    }
    int last = p.decoders - 1;
    Map<String, UnaryOperator<TinyModel>> m = tiny.mutations;
    m.put("start", c -> c.put("decoder_start_token_id", 9));
    m.put("block", c -> c.without("dec.blk." + last + ".").put("decoder_block_count", last));
    m.put("encoder's norm", c -> twice(c, "enc.output_norm.weight"));
    m.put("decoder's norm", c -> twice(c, "dec.output_norm.weight"));
    m.put("decoder's biases", c -> twice(c, "dec.blk.0.attn_rel_b.weight"));
    for (String part : List.of("norm", "q", "k", "v", "o")) {
      m.put("cross " + part, c -> twice(c, "dec.blk.1.cross_attn_" + part + ".weight"));
    }
    m.put("tied", c -> own ? c.without("output.") : c.matrix("output.weight", 32, 40));
    return tiny;
  }

  private static TinyStacks encoder(String name, boolean gated) {
    TinyModel model = vocabulary(new TinyModel("t5encoder"));
    PlainStacks p = new PlainStacks(model);
    p.decoders = 0;
    if (!gated) {
      model.matrix("output.weight", p.hidden, p.vocabulary); // is not used
    }
    TinyStacks tiny = begin(name, model, p, gated, false);
    tiny.mutations.put("norm", c -> twice(c, "enc.output_norm.weight"));
    return tiny;
  }

  private static TinyStacks begin(
      String name, TinyModel model, PlainStacks p, boolean gated, boolean biases) {
    TinyStacks tiny = new TinyStacks(name, model, p, new LinkedHashMap<>());
    model
        .put("context_length", CONTEXT)
        .put("embedding_length", p.hidden)
        .put("feed_forward_length", p.feedForward)
        .put("block_count", p.encoders)
        .put("attention.head_count", p.heads)
        .put("attention.key_length", p.dims)
        .put("attention.value_length", p.dims)
        .put("attention.layer_norm_epsilon", p.epsilon)
        .put("attention.relative_buckets_count", p.buckets)
        .put("attention.layer_norm_rms_epsilon", p.epsilon)
        .matrix("token_embd.weight", p.hidden, p.vocabulary)
        .norm("enc.output_norm", p.hidden);
    for (int layer = 0; layer < p.encoders; layer++) {
      layer(tiny, "enc.blk." + layer + ".", gated, biases || layer == 0);
    }
    String epsilon = "attention.layer_norm_rms_epsilon";
    int last = p.encoders - 1;
    tiny.mutations.put(epsilon, c -> c.put(epsilon, 5 * p.epsilon));
    tiny.mutations.put("layer", c -> c.without("enc.blk." + last + ".").put("block_count", last));
    tiny.mutations.put("encoder's biases", c -> twice(c, "enc.blk.0.attn_rel_b.weight"));
    tiny.mutations.put("scores", c -> twice(c, "enc.blk.1.attn_q.weight"));
    return tiny;
  }

  private static void layer(TinyStacks tiny, String blk, boolean gated, boolean biases) {
    PlainStacks p = tiny.plain;
    attention(tiny, blk + "attn");
    if (biases) {
      tiny.model.random(blk + "attn_rel_b.weight", 0, 1, p.heads, p.buckets);
    }
    tiny.model.norm(blk + "ffn_norm", p.hidden);
    if (gated) {
      tiny.model.matrix(blk + "ffn_gate.weight", p.hidden, p.feedForward);
    }
    tiny.model
        .matrix(blk + "ffn_up.weight", p.hidden, p.feedForward)
        .matrix(blk + "ffn_down.weight", p.feedForward, p.hidden);
  }

  /** Queries are small, as scores are not divided by anything. */
  private static void attention(TinyStacks tiny, String name) {
    PlainStacks p = tiny.plain;
    int all = p.heads * p.dims;
    tiny.model
        .norm(name + "_norm", p.hidden)
        .random(name + "_q.weight", 0, 0.08, p.hidden, all)
        .matrix(name + "_k.weight", p.hidden, all)
        .matrix(name + "_v.weight", p.hidden, all)
        .matrix(name + "_o.weight", all, p.hidden);
  }

  private static TinyModel twice(TinyModel model, String tensor) {
    return TinyRecurrents.twice(model, tensor);
  }

  /** A vocabulary as T5's files have it: pieces with scores, an end, and no beginning. */
  private static TinyModel vocabulary(TinyModel model) {
    List<String> tokens = new ArrayList<>(List.of("<pad>", "</s>", "<unk>", "\u2581"));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      tokens.add(String.valueOf(letter));
    }
    tokens.addAll(List.of("\u2581the", "\u2581a", "th", "er", ".", "\u00E9"));
    while (tokens.size() < 40) {
      tokens.add("<extra_id_" + (tokens.size() - FILLED) + ">");
    }
    long[] types = new long[tokens.size()];
    Arrays.fill(types, 1);
    types[0] = 3;
    types[1] = 3;
    types[2] = 2;
    Arrays.fill(types, FILLED, types.length, 4);
    double[] scores = new double[tokens.size()];
    for (int i = 3; i < FILLED; i++) {
      scores[i] = -2 - i / 16.0;
    }
    String prefix = "tokenizer.ggml.";
    model.keys().removeIf(key -> key.startsWith("tokenizer."));
    return model
        .meta(prefix + "model", new GgufValue.Text("t5"))
        .meta(prefix + "pre", new GgufValue.Text("default"))
        .meta(prefix + "tokens", new GgufValue.Texts(tokens))
        .meta(prefix + "scores", new GgufValue.Reals(GgufType.FLOAT32, scores))
        .meta(prefix + "token_type", new GgufValue.Ints(GgufType.INT32, types))
        .meta(prefix + "add_space_prefix", new GgufValue.Bool(true))
        .meta(prefix + "remove_extra_whitespaces", new GgufValue.Bool(true))
        .meta(prefix + "eos_token_id", new GgufValue.Int(GgufType.UINT32, 1))
        .meta(prefix + "unknown_token_id", new GgufValue.Int(GgufType.UINT32, 2))
        .meta(prefix + "padding_token_id", new GgufValue.Int(GgufType.UINT32, 0))
        .meta(prefix + "add_bos_token", new GgufValue.Bool(false))
        .meta(prefix + "add_eos_token", new GgufValue.Bool(true));
  }
}
