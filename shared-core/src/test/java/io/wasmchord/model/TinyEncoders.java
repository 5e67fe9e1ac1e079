package io.wasmchord.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Tiny random encoders with what they should compute, and a vocabulary of word pieces.
 *
 * @param plain their plain twin
 * @param pooling what their file says, or what is assumed
 * @param mutations values that must make a difference
 */
record TinyEncoders(
    String name,
    TinyModel model,
    PlainEncoder plain,
    Pooling pooling,
    Map<String, UnaryOperator<TinyModel>> mutations) {
  static final int CONTEXT = 64;

  /** What the texts of tests are made of: {@code ##} marks pieces within words. */
  static final List<String> PIECES =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "dog", "sat", "on", "mat",
          "##s", "run", "##ning", "fast", "a", "bird", "sing", "##ing", "in", "tree", ".", ",", "!",
          "red", "blue", "green", "house", "##hold", "is", "was", "not", "and", "or", "we", "you",
          "they", "see", "hear", "##ed");

  static List<TinyEncoders> all() {
    return List.of(
        bert("bert", true, false, 1),
        bert("bert with one matrix for queries, keys and values", true, true, 2),
        bert("bert without token types and pooling", false, false, -1),
        nomic());
  }

  static TinyEncoders named(String name) {
    return all().stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
  }

  @Override
  public String toString() {
    return name;
  }

  private static TinyEncoders bert(String name, boolean types, boolean fused, int pooling) {
    TinyModel model = begin("bert");
    PlainEncoder p = new PlainEncoder(model);
    fill(model, p, fused, true);
    model.matrix("position_embd.weight", p.hidden, CONTEXT);
    if (types) {
      model.matrix("token_types.weight", p.hidden, 2);
    }
    if (pooling >= 0) {
      model.put("pooling_type", pooling);
    }
    return of(name, model, p, pooling == 2 ? Pooling.CLS : Pooling.MEAN);
  }

  private static TinyEncoders nomic() {
    TinyModel model = begin("nomic-bert");
    PlainEncoder p = new PlainEncoder(model);
    p.learnedPositions = false;
    p.ropeBase = 1000;
    p.gated = true;
    fill(model, p, true, false);
    model
        .matrix("token_types.weight", p.hidden, 2)
        .put("rope.freq_base", p.ropeBase)
        .put("pooling_type", 1);
    TinyEncoders nomic = of("nomic-bert", model, p, Pooling.MEAN);
    nomic.mutations.put("rope.freq_base", m -> m.put("rope.freq_base", 10.0));
    return nomic;
  }

  private static TinyEncoders of(String name, TinyModel model, PlainEncoder p, Pooling pooling) {
    Map<String, UnaryOperator<TinyModel>> mutations = new LinkedHashMap<>();
    String epsilon = "attention.layer_norm_epsilon";
    mutations.put(epsilon, m -> m.put(epsilon, 5 * p.epsilon));
    mutations.put("attention.head_count", m -> m.put("attention.head_count", 2));
    mutations.put("pooling_type", m -> m.put("pooling_type", pooling == Pooling.LAST ? 1 : 3));
    mutations.put("block_count", TinyEncoders::withoutLastLayer);
    return new TinyEncoders(name, model, p, pooling, mutations);
  }

  private static TinyModel withoutLastLayer(TinyModel model) {
    return model.without("blk.2.").put("block_count", 2);
  }

  private static TinyModel begin(String architecture) {
    return new TinyModel(architecture).wordPieces(spelled(PIECES));
  }

  /** Pieces as GGUF spells them: it marks those that begin a word. */
  static List<String> spelled(List<String> pieces) {
    List<String> tokens = new ArrayList<>();
    for (String piece : pieces) {
      boolean within = piece.startsWith("##");
      boolean special = piece.startsWith("[") && piece.length() > 1;
      tokens.add(within ? piece.substring(2) : special ? piece : "\u2581" + piece);
    }
    return tokens;
  }

  private static void fill(TinyModel model, PlainEncoder p, boolean fused, boolean biases) {
    model
        .put("block_count", p.layers)
        .put("context_length", CONTEXT)
        .put("embedding_length", p.hidden)
        .put("feed_forward_length", p.feedForward)
        .put("attention.head_count", p.heads)
        .put("attention.layer_norm_epsilon", p.epsilon)
        .put("attention.causal", false)
        .matrix("token_embd.weight", p.hidden, PIECES.size());
    norm(model, "token_embd_norm", p.hidden);
    for (int layer = 0; layer < p.layers; layer++) {
      String blk = "blk." + layer + ".";
      if (fused) {
        linear(model, blk + "attn_qkv", p.hidden, 3 * p.hidden, biases);
      } else {
        for (String name : List.of("attn_q", "attn_k", "attn_v")) {
          linear(model, blk + name, p.hidden, p.hidden, biases);
        }
      }
      linear(model, blk + "attn_output", p.hidden, p.hidden, biases);
      norm(model, blk + "attn_output_norm", p.hidden);
      linear(model, blk + "ffn_up", p.hidden, p.feedForward, biases);
      if (p.gated) {
        linear(model, blk + "ffn_gate", p.hidden, p.feedForward, biases);
      }
      linear(model, blk + "ffn_down", p.feedForward, p.hidden, biases);
      norm(model, blk + "layer_output_norm", p.hidden);
    }
  }

  private static void norm(TinyModel model, String name, int size) {
    model.norm(name, size).random(name + ".bias", 0, 0.3, size);
  }

  private static void linear(TinyModel model, String name, int in, int out, boolean bias) {
    model.matrix(name + ".weight", in, out);
    if (bias) {
      model.random(name + ".bias", 0, 0.3, out);
    }
  }
}
