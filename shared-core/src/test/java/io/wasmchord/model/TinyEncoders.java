package io.wasmchord.model;

import io.wasmchord.model.config.Pooling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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
    return Stream.concat(first().stream(), OtherTinyEncoders.all().stream()).toList();
  }

  /** Those whose vectors were recorded first. */
  static List<TinyEncoders> first() {
    return List.of(
        bert("bert", true, false, 1),
        bert("bert with one matrix for queries, keys and values", true, true, 2),
        bert("bert without token types and pooling", false, false, -1),
        nomic(),
        modern(),
        otherModern(),
        gemma(),
        gemmaWithDenseLayers());
  }

  /** All of them, made once, as there are many. */
  private static final class Made {
    private static final List<TinyEncoders> ALL = all();
  }

  /** The one called {@code name}. Others are given the same, so nobody changes it. */
  static TinyEncoders named(String name) {
    return named(name, Made.ALL);
  }

  /** The one called {@code name}, new: what is drawn after its tensors is always the same. */
  static TinyEncoders fresh(String name) {
    return named(name, all());
  }

  private static TinyEncoders named(String name, List<TinyEncoders> all) {
    return all.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
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
    p.activation = PlainDecoder::silu;
    fill(model, p, true, false);
    model
        .matrix("token_types.weight", p.hidden, 2)
        .put("rope.freq_base", p.ropeBase)
        .put("pooling_type", 1);
    TinyEncoders nomic = of("nomic-bert", model, p, Pooling.MEAN);
    nomic.mutations.put("rope.freq_base", m -> m.put("rope.freq_base", 10.0));
    return nomic;
  }

  /** All that ModernBERT's files leave out: a third of the layers see all, the local base. */
  private static TinyEncoders modern() {
    TinyModel model = begin("modern-bert");
    PlainEncoder p = new PlainEncoder(model);
    p.layers = 5;
    p.period = 3;
    p.localRopeBase = 10000;
    fillModern(model, p);
    TinyEncoders modern = of("modern-bert", model.put("pooling_type", 1), p, Pooling.MEAN);
    withWindows(modern);
    modern.mutations.put("hidden_activation", m -> m.put("hidden_activation", "silu"));
    modern.mutations.put("the first layer's norm", m -> m.norm("blk.0.attn_norm", p.hidden));
    return modern;
  }

  private static TinyEncoders otherModern() {
    TinyModel model = begin("modern-bert");
    PlainEncoder p = new PlainEncoder(model);
    p.layers = 4;
    p.period = 2;
    p.localRopeBase = 30;
    p.activation = PlainDecoder::silu;
    fillModern(model, p);
    model
        .norm("blk.0.attn_norm", p.hidden)
        .put("attention.sliding_window_pattern", p.period)
        .put("rope.freq_base_swa", p.localRopeBase)
        .put("hidden_activation", "silu")
        .put("pooling_type", 2);
    TinyEncoders other = of("modern-bert with silu", model, p, Pooling.CLS);
    withWindows(other);
    other.mutations.put("hidden_activation", m -> m.put("hidden_activation", "gelu"));
    return other;
  }

  private static void fillModern(TinyModel model, PlainEncoder p) {
    p.learnedPositions = false;
    p.ropeBase = 1000;
    p.gated = true;
    p.window = 13;
    common(model, p);
    model
        .put("attention.layer_norm_epsilon", p.epsilon)
        .put("attention.sliding_window", p.window)
        .put("rope.freq_base", p.ropeBase)
        .norm("token_embd_norm", p.hidden)
        .norm("output_norm", p.hidden);
    for (int layer = 0; layer < p.layers; layer++) {
      String blk = "blk." + layer + ".";
      if (layer > 0) {
        model.norm(blk + "attn_norm", p.hidden);
      }
      linear(model, blk + "attn_qkv", p.hidden, 3 * p.hidden, false);
      linear(model, blk + "attn_output", p.hidden, p.hidden, false);
      model.norm(blk + "ffn_norm", p.hidden);
      linear(model, blk + "ffn_up", p.hidden, 2 * p.feedForward, false);
      linear(model, blk + "ffn_down", p.feedForward, p.hidden, false);
    }
  }

  /** Of seven layers the sixth sees all; the local base is not in the file. */
  private static TinyEncoders gemma() {
    TinyModel model = begin("gemma-embedding");
    PlainEncoder p = new PlainEncoder(model);
    p.layers = 7;
    p.period = 6;
    p.global = 5;
    p.localRopeBase = 10000;
    fillGemma(model, p);
    TinyEncoders gemma = of("gemma-embedding", model.put("pooling_type", 1), p, Pooling.MEAN);
    withWindows(gemma);
    return gemma;
  }

  private static TinyEncoders gemmaWithDenseLayers() {
    TinyModel model = begin("gemma-embedding");
    PlainEncoder p = new PlainEncoder(model);
    p.period = 2;
    p.global = 1;
    p.localRopeBase = 30;
    fillGemma(model, p);
    int width = 64;
    model
        .put("attention.sliding_window_pattern", p.period)
        .put("rope.freq_base_swa", p.localRopeBase)
        .put("pooling_type", 1)
        .put("dense_2_feat_in", p.hidden)
        .put("dense_2_feat_out", width)
        .put("dense_3_feat_in", width)
        .put("dense_3_feat_out", p.hidden)
        .matrix("dense_2.weight", p.hidden, width)
        .matrix("dense_3.weight", width, p.hidden);
    TinyEncoders gemma = of("gemma-embedding with dense layers", model, p, Pooling.MEAN);
    withWindows(gemma);
    gemma.mutations.put("dense layers", TinyEncoders::withoutDenseLayers);
    return gemma;
  }

  static TinyModel withoutDenseLayers(TinyModel model) {
    model.keys().removeIf(key -> key.contains(".dense_"));
    return model.without("dense_");
  }

  private static void fillGemma(TinyModel model, PlainEncoder p) {
    p.heads = 3;
    p.kvHeads = 1;
    p.dims = 16;
    p.rms = true;
    p.embeddingScale = Math.sqrt(p.hidden);
    p.activation = PlainDecoder::gelu;
    p.learnedPositions = false;
    p.ropeBase = 1000;
    p.gated = true;
    p.window = 12;
    common(model, p);
    model
        .put("attention.head_count_kv", p.kvHeads)
        .put("attention.key_length", p.dims)
        .put("attention.value_length", p.dims)
        .put("attention.layer_norm_rms_epsilon", p.epsilon)
        .put("attention.sliding_window", p.window)
        .put("rope.freq_base", p.ropeBase)
        .norm("output_norm", p.hidden);
    for (int layer = 0; layer < p.layers; layer++) {
      String blk = "blk." + layer + ".";
      model.norm(blk + "attn_norm", p.hidden);
      linear(model, blk + "attn_q", p.hidden, p.heads * p.dims, false);
      linear(model, blk + "attn_k", p.hidden, p.dims, false);
      linear(model, blk + "attn_v", p.hidden, p.dims, false);
      linear(model, blk + "attn_output", p.heads * p.dims, p.hidden, false);
      model.norm(blk + "attn_q_norm", p.dims).norm(blk + "attn_k_norm", p.dims);
      model.norm(blk + "post_attention_norm", p.hidden).norm(blk + "ffn_norm", p.hidden);
      linear(model, blk + "ffn_gate", p.hidden, p.feedForward, false);
      linear(model, blk + "ffn_up", p.hidden, p.feedForward, false);
      linear(model, blk + "ffn_down", p.feedForward, p.hidden, false);
      model.norm(blk + "post_ffw_norm", p.hidden);
    }
  }

  private static void withWindows(TinyEncoders tiny) {
    PlainEncoder p = tiny.plain;
    String key = "attention.sliding_window";
    tiny.mutations.put(key, m -> m.put(key, p.window - 2));
    tiny.mutations.put("a larger window", m -> m.put(key, p.window + 2));
    tiny.mutations.put("pattern", m -> m.put(key + "_pattern", p.period + 1));
    tiny.mutations.put("rope.freq_base", m -> m.put("rope.freq_base", 10.0));
    tiny.mutations.put("rope.freq_base_swa", m -> m.put("rope.freq_base_swa", 5.0));
  }

  static TinyEncoders of(String name, TinyModel model, PlainEncoder p, Pooling pooling) {
    Map<String, UnaryOperator<TinyModel>> mutations = new LinkedHashMap<>();
    String epsilon = "attention.layer_norm_" + (p.rms ? "rms_" : "") + "epsilon";
    mutations.put(epsilon, m -> m.put(epsilon, 5 * p.epsilon));
    if (p.heads == p.kvHeads) {
      mutations.put("attention.head_count", m -> m.put("attention.head_count", 2));
    }
    mutations.put("pooling_type", m -> m.put("pooling_type", pooling == Pooling.LAST ? 1 : 3));
    int last = p.layers - 1;
    mutations.put("block_count", m -> m.without("blk." + last + ".").put("block_count", last));
    return new TinyEncoders(name, model, p, pooling, mutations);
  }

  static TinyModel begin(String architecture) {
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

  static void common(TinyModel model, PlainEncoder p) {
    model
        .put("block_count", p.layers)
        .put("context_length", CONTEXT)
        .put("embedding_length", p.hidden)
        .put("feed_forward_length", p.feedForward)
        .put("attention.head_count", p.heads)
        .put("attention.causal", false)
        .matrix("token_embd.weight", p.hidden, PIECES.size());
  }

  static void fill(TinyModel model, PlainEncoder p, boolean fused, boolean biases) {
    common(model, p);
    model.put("attention.layer_norm_epsilon", p.epsilon);
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

  static void linear(TinyModel model, String name, int in, int out, boolean bias) {
    model.matrix(name + ".weight", in, out);
    if (bias) {
      model.random(name + ".bias", 0, 0.3, out);
    }
  }
}
