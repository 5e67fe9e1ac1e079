package io.wasmchord.model;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.model.config.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tiny random encoders and a decoder with the heads of classifiers and rerankers.
 *
 * @param pooling which state the head takes
 * @param plain what the head does to it
 */
record TinyClassifiers(String name, TinyModel model, Pooling pooling, PlainClassifier plain) {
  static final String TEMPLATE = "t10t11q {query} d {document}t12t13";

  static List<TinyClassifiers> all() {
    return List.of(
        bert("bert, ranks", 1),
        labels("bert, labels"),
        bert("bert, three numbers", 3),
        modern("modern-bert, ranks", 1, true),
        modern("modern-bert, labels", 4, false),
        neo(),
        jina(),
        pieces(),
        qwen());
  }

  /** All of them, made once, as there are many. */
  private static final class Made {
    private static final List<TinyClassifiers> ALL = all();
  }

  /** The one called {@code name}. Others are given the same, so nobody changes it. */
  static TinyClassifiers named(String name) {
    return Made.ALL.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
  }

  @Override
  public String toString() {
    return name;
  }

  private static TinyModel encoder(String name) {
    TinyModel model = TinyEncoders.fresh(name).model();
    return model.meta("tokenizer.ggml.bos_token_id", id(2)).put("pooling_type", 4);
  }

  private static TinyModel head(TinyModel model, int outputs) {
    if (outputs > 1) {
      labels(model, outputs);
    }
    return model
        .matrix("cls.weight", 32, 32)
        .random("cls.bias", 0, 0.3, 32)
        .matrix("cls.output.weight", 32, outputs)
        .random("cls.output.bias", 0, 0.3, outputs);
  }

  private static void labels(TinyModel model, int outputs) {
    List<String> names = List.of("good", "bad", "neither", "both").subList(0, outputs);
    String architecture = ((GgufValue.Text) model.value("general.architecture")).value();
    model.meta(architecture + ".classifier.output_labels", new GgufValue.Texts(names));
  }

  private static TinyClassifiers bert(String name, int outputs) {
    TinyModel model = head(encoder("bert"), outputs);
    return new TinyClassifiers(name, model, Pooling.CLS, new PlainClassifier(model, Math::tanh));
  }

  /** One layer alone; the file says neither that it ranks nor how it pools. */
  private static TinyClassifiers labels(String name) {
    TinyModel model = encoder("bert").matrix("cls.output.weight", 32, 2);
    model.keys().remove("bert.pooling_type");
    labels(model, 2);
    return new TinyClassifiers(name, model, Pooling.CLS, new PlainClassifier(model, Math::tanh));
  }

  private static TinyClassifiers modern(String name, int outputs, boolean norm) {
    TinyModel model = encoder("modern-bert");
    head(model, outputs).without("cls.bias");
    if (norm) {
      model.norm("cls.norm", 32);
    }
    PlainClassifier plain = new PlainClassifier(model, PlainDecoder::geluErf);
    return new TinyClassifiers(name, model, Pooling.MEAN, plain);
  }

  private static TinyClassifiers neo() {
    TinyModel model = head(encoder("neo-bert"), 2);
    PlainClassifier plain = new PlainClassifier(model, Math::tanh);
    return new TinyClassifiers("neo-bert, labels", model, Pooling.CLS, plain);
  }

  /** One output, which goes through the activation; without a gate. */
  private static TinyClassifiers jina() {
    TinyModel model = TinyEncoders.begin("jina-bert-v2");
    PlainEncoder p = new PlainEncoder(model);
    TinyEncoders.fill(model, p, true, true);
    model
        .meta("tokenizer.ggml.bos_token_id", id(2))
        .matrix("token_types.weight", p.hidden, 2)
        .put("pooling_type", 4)
        .matrix("cls.weight", 32, 1)
        .random("cls.bias", 0, 0.3, 1);
    PlainClassifier plain = new PlainClassifier(model, Math::tanh);
    return new TinyClassifiers("jina-bert-v2, ranks", model, Pooling.CLS, plain);
  }

  private static TinyClassifiers pieces() {
    TinyModel model = xlmRoberta(TinyEncoders.fresh("bert")).put("pooling_type", 4);
    head(model, 1);
    PlainClassifier plain = new PlainClassifier(model, Math::tanh);
    return new TinyClassifiers("bert, its own pieces, ranks", model, Pooling.CLS, plain);
  }

  /** A vocabulary as XLM-RoBERTa's files have it: pieces with scores, two tokens between texts. */
  static TinyModel xlmRoberta(TinyEncoders encoder) {
    List<String> tokens = new ArrayList<>(List.of("<s>", "<pad>", "</s>", "<unk>", "\u2581"));
    tokens.addAll(List.of("a", "b", "ab", "\u2581a", "\u2581ab", "\u2581the", "\u2581cat", "s"));
    while (tokens.size() < 40) {
      tokens.add("t" + tokens.size());
    }
    long[] types = new long[40];
    Arrays.fill(types, 1);
    Arrays.fill(types, 0, 3, 3);
    types[3] = 2;
    double[] scores = new double[40];
    for (int i = 4; i < scores.length; i++) {
      scores[i] = -1 - i / 8.0;
    }
    TinyModel model = encoder.model().copy();
    model.keys().removeIf(key -> key.startsWith("tokenizer.") && !key.endsWith("type_count"));
    return model
        .meta("tokenizer.ggml.model", new GgufValue.Text("t5"))
        .meta("tokenizer.ggml.pre", new GgufValue.Text("default"))
        .meta("tokenizer.ggml.tokens", new GgufValue.Texts(tokens))
        .meta("tokenizer.ggml.scores", new GgufValue.Reals(GgufType.FLOAT32, scores))
        .meta("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types))
        .meta("tokenizer.ggml.add_space_prefix", new GgufValue.Bool(true))
        .meta("tokenizer.ggml.remove_extra_whitespaces", new GgufValue.Bool(true))
        .meta("tokenizer.ggml.bos_token_id", id(0))
        .meta("tokenizer.ggml.eos_token_id", id(2))
        .meta("tokenizer.ggml.unknown_token_id", id(3))
        .meta("tokenizer.ggml.seperator_token_id", id(2))
        .meta("tokenizer.ggml.padding_token_id", id(1))
        .meta("tokenizer.ggml.add_bos_token", new GgufValue.Bool(true))
        .meta("tokenizer.ggml.add_sep_token", new GgufValue.Bool(true))
        .meta("tokenizer.ggml.add_eos_token", new GgufValue.Bool(true));
  }

  /** Says yes or no, through a template whose control tokens texts must not forge. */
  private static TinyClassifiers qwen() {
    TinyModel model =
        TinyDecoders.all().stream()
            .filter(t -> t.name.equals("qwen3"))
            .findFirst()
            .orElseThrow()
            .model
            .copy();
    long[] types = new long[40];
    Arrays.fill(types, 1);
    List<String> tokens =
        new ArrayList<>(((GgufValue.Texts) model.value("tokenizer.ggml.tokens")).values());
    for (int i = 30; i < 40; i++) {
      tokens.set(i, "t" + (i - 20));
      types[i] = 3;
    }
    model
        .meta("tokenizer.ggml.tokens", new GgufValue.Texts(tokens))
        .meta("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types))
        .meta("tokenizer.ggml.eos_token_id", id(32))
        .meta("tokenizer.chat_template.rerank", new GgufValue.Text(TEMPLATE))
        .meta("qwen3.classifier.output_labels", new GgufValue.Texts(List.of("yes", "no")))
        .put("pooling_type", 4)
        .matrix("cls.output.weight", 32, 2);
    PlainClassifier plain = new PlainClassifier(model, Math::tanh);
    return new TinyClassifiers("qwen3, yes or no", model, Pooling.LAST, plain);
  }

  private static GgufValue id(int id) {
    return new GgufValue.Int(GgufType.UINT32, id);
  }
}
