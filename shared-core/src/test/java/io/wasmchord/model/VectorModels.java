package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tiny models whose vectors are compared with llama.cpp's, and the texts. */
final class VectorModels {
  private VectorModels() {}

  /** All of them, made once, as there are many. */
  private static final class Made {
    private static final Map<String, TinyModel> ALL = Collections.unmodifiableMap(make());
  }

  /** By their names in the record. Others are given the same, so nobody changes them. */
  static Map<String, TinyModel> all() {
    return Made.ALL;
  }

  private static Map<String, TinyModel> make() {
    Map<String, TinyModel> models = new LinkedHashMap<>();
    for (TinyEncoders encoder : TinyEncoders.first()) {
      TinyModel model = encoder.model().copy().meta("tokenizer.ggml.bos_token_id", id(2));
      models.put(encoder.name(), model);
      if (encoder.name().contains("without")) {
        model.put("pooling_type", 3); // llama.cpp pools nothing where a file does not say
      }
    }
    models.put("modern-bert, byte pairs", bytePairs());
    models.put("gemma-embedding, sentence pieces", sentencePieces());
    models.put("qwen3, its end", decoder("qwen3").put("pooling_type", 3));
    models.put("llama, the mean", decoder("llama").put("pooling_type", 1));
    for (TinyEncoders encoder : OtherTinyEncoders.all()) {
      models.put(encoder.name(), encoder.model().copy().meta("tokenizer.ggml.bos_token_id", id(2)));
    }
    models.put("bert, its own pieces", TinyClassifiers.xlmRoberta(TinyEncoders.fresh("bert")));
    TinyStacks.encoders().forEach(t -> models.put(t.name(), t.model()));
    return models;
  }

  /** Begins and ends with tokens 38 and 39, as ModernBERT's files say. */
  private static TinyModel bytePairs() {
    return vocabulary("modern-bert", "gpt2", '\u0120', 0)
        .meta("tokenizer.ggml.pre", new GgufValue.Text("modern-bert"))
        .meta("tokenizer.ggml.merges", new GgufValue.Texts(List.of("a b")))
        .meta("tokenizer.ggml.add_sep_token", new GgufValue.Bool(true));
  }

  /** Begins and ends so too, and has a token for each byte: without them llama.cpp ends itself. */
  private static TinyModel sentencePieces() {
    double[] scores = new double[40 + 256];
    Arrays.fill(scores, -1);
    return vocabulary("gemma-embedding with dense layers", "llama", '\u2581', 256)
        .matrix("token_embd.weight", 32, scores.length)
        .meta("tokenizer.ggml.scores", new GgufValue.Reals(GgufType.FLOAT32, scores))
        .meta("tokenizer.ggml.unknown_token_id", id(37))
        .meta("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(false));
  }

  private static TinyModel vocabulary(String encoder, String kind, char space, int bytes) {
    List<String> tokens = new ArrayList<>(List.of("a", "b", "ab", String.valueOf(space)));
    while (tokens.size() < 40) {
      tokens.add("t" + tokens.size());
    }
    for (int b = 0; b < bytes; b++) {
      tokens.add(String.format("<0x%02X>", b));
    }
    long[] types = new long[tokens.size()];
    Arrays.fill(types, 0, 37, 1);
    types[37] = 2;
    Arrays.fill(types, 38, 40, 3);
    Arrays.fill(types, 40, types.length, 6);
    TinyModel model = TinyEncoders.fresh(encoder).model();
    model.keys().removeIf(key -> key.startsWith("tokenizer."));
    return model
        .meta("tokenizer.ggml.model", new GgufValue.Text(kind))
        .meta("tokenizer.ggml.tokens", new GgufValue.Texts(tokens))
        .meta("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types))
        .meta("tokenizer.ggml.bos_token_id", id(38))
        .meta("tokenizer.ggml.eos_token_id", id(39))
        .meta("tokenizer.ggml.add_bos_token", new GgufValue.Bool(true))
        .meta("tokenizer.ggml.add_eos_token", new GgufValue.Bool(true));
  }

  private static TinyModel decoder(String name) {
    long[] types = new long[40];
    Arrays.fill(types, 1);
    types[5] = 3;
    types[6] = 3;
    return TinyDecoders.named(name)
        .model
        .copy()
        .meta("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types))
        .meta("tokenizer.ggml.bos_token_id", id(6))
        .meta("tokenizer.ggml.eos_token_id", id(5))
        .meta("tokenizer.ggml.add_eos_token", new GgufValue.Bool(true));
  }

  private static GgufValue id(int id) {
    return new GgufValue.Int(GgufType.UINT32, id);
  }

  /** What is to be embedded: words where the vocabulary is one of word pieces. */
  static List<String> texts(TinyModel model) {
    if (model.value("general.architecture").equals(new GgufValue.Text("t5encoder"))) {
      return List.of("", "the caf\u00E9  \uD83D\uDE00at \uFB01ve.", "er".repeat(150));
    }
    return model.value("tokenizer.ggml.model").equals(new GgufValue.Text("bert"))
        ? List.of(
            "",
            "cat",
            "The cats sat, running!",
            "a walrus sings",
            TinyFiles.text(17),
            TinyFiles.text(61))
        : List.of("a", "abba", "ab".repeat(13) + "b".repeat(9) + "a".repeat(20));
  }
}
