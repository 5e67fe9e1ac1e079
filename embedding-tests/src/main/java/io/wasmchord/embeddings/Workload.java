package io.wasmchord.embeddings;

import ai.onnxruntime.OrtException;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts to compute, as tokens, so that nothing but models is measured. */
final class Workload {
  static final int SHORT = 10;
  static final int LONG = 128;
  static final int TEXTS = 32;

  /** The least cosine of vectors that count as the same; quantized weights move them. */
  static final double SAME = 0.99;

  /** How texts are given to a model. */
  enum Kind {
    SHORT_ALONE("10 tokens, one at a time", SHORT, false),
    LONG_ALONE("128 tokens, one at a time", LONG, false),
    LONG_TOGETHER("32 of 128 tokens together", LONG, true);

    private final String label;
    private final int tokens;
    private final boolean together;

    Kind(String label, int tokens, boolean together) {
      this.label = label;
      this.tokens = tokens;
      this.together = together;
    }

    String label() {
      return label;
    }
  }

  private final Embedder embedder;
  private final List<int[]> shorts;
  private final List<int[]> longs;

  /** Texts of random tokens, with those that the tokenizer puts around a text. */
  Workload(Embedder embedder, Tokenizer tokenizer) {
    this.embedder = embedder;
    this.shorts = texts(tokenizer, SHORT);
    this.longs = texts(tokenizer, LONG);
  }

  private static List<int[]> texts(Tokenizer tokenizer, int length) {
    Random random = new Random(length);
    int[] words =
        tokenizer.encode("the rain in spain stays mainly on a plain field of wheat", false, false);
    int[] around = tokenizer.encode("", true, false);
    List<int[]> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      int[] ids = random.ints(length, 0, words.length).map(at -> words[at]).toArray();
      if (around.length > 0) {
        ids[0] = around[0];
        ids[length - 1] = around[around.length - 1];
      }
      texts.add(ids);
    }
    return texts;
  }

  private List<int[]> texts(Kind kind) {
    return kind.tokens == SHORT ? shorts : longs;
  }

  /** Our vectors of all texts. */
  List<float[]> run(Kind kind) {
    List<int[]> texts = texts(kind);
    List<float[]> vectors = new ArrayList<>();
    if (kind.together) {
      try (TextSequence all =
          embedder.sequence(texts.size(), texts::get, EmbeddingOptions.DEFAULT)) {
        while (all.hasMore()) {
          vectors.add(all.next(RunControl.NONE).embedding().vector());
        }
      }
    } else {
      for (int[] ids : texts) {
        try (var run = embedder.start(ids, EmbeddingOptions.DEFAULT)) {
          vectors.add(run.finish(RunControl.NONE).vector());
        }
      }
    }
    return vectors;
  }

  /** Theirs. */
  List<double[]> run(Kind kind, OnnxModel rival, boolean cls) throws OrtException {
    List<int[]> texts = texts(kind);
    if (kind.together) {
      return rival.vectors(texts, cls);
    }
    List<double[]> vectors = new ArrayList<>();
    for (int[] ids : texts) {
      vectors.add(rival.vector(ids, cls));
    }
    return vectors;
  }
}
