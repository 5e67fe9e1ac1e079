package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A SentencePiece vocabulary of made-up words: specials, bytes, single characters, pieces. */
public final class SynthVocabulary {
  private static final int SPECIALS = 3;
  private static final int BYTES = 256;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int BYTE = 6;
  private static final String SPACE = "\u2581";
  private static final String[] STARTS = {
    "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "ch",
    "sh", "th", "br", "pl"
  };
  private static final String[] ENDS = {
    "a", "e", "i", "o", "u", "an", "en", "in", "on", "er", "ar", "or", "al", "el", "es", "ing",
    "ed", "ly"
  };

  private SynthVocabulary() {}

  private static List<String> pieces(int size, long seed) {
    Set<String> pieces = new LinkedHashSet<>(List.of("<unk>", "<s>", "</s>"));
    for (int b = 0; b < BYTES; b++) {
      pieces.add("<0x%02X>".formatted(b));
    }
    pieces.add(SPACE);
    for (char c = '!'; c <= '~' && pieces.size() < size; c++) {
      pieces.add(String.valueOf(c));
    }
    SplittableRandom random = new SplittableRandom(seed);
    while (pieces.size() < size) {
      StringBuilder piece = new StringBuilder(random.nextInt(3) > 0 ? SPACE : "");
      for (int syllables = 1 + random.nextInt(4); syllables > 0; syllables--) {
        piece.append(STARTS[random.nextInt(STARTS.length)]);
        piece.append(ENDS[random.nextInt(ENDS.length)]);
      }
      pieces.add(piece.toString());
    }
    return new ArrayList<>(pieces);
  }

  /** Adds the tokenizer's metadata for {@code size} tokens. */
  static void write(GgufWriter writer, int size, long seed) {
    double[] scores = new double[size];
    long[] types = new long[size];
    Arrays.fill(types, 1);
    types[0] = UNKNOWN;
    types[1] = CONTROL;
    types[2] = CONTROL;
    Arrays.fill(types, SPECIALS, SPECIALS + BYTES, BYTE);
    for (int i = SPECIALS + BYTES; i < size; i++) {
      scores[i] = SPECIALS + BYTES - i;
    }
    writer
        .put("tokenizer.ggml.model", new GgufValue.Text("llama"))
        .put("tokenizer.ggml.pre", new GgufValue.Text("default"))
        .put("tokenizer.ggml.tokens", new GgufValue.Texts(pieces(size, seed)))
        .put("tokenizer.ggml.scores", new GgufValue.Reals(GgufType.FLOAT32, scores))
        .put("tokenizer.ggml.token_type", new GgufValue.Ints(GgufType.INT32, types))
        .put("tokenizer.ggml.unknown_token_id", new GgufValue.Int(GgufType.UINT32, 0))
        .put("tokenizer.ggml.bos_token_id", new GgufValue.Int(GgufType.UINT32, 1))
        .put("tokenizer.ggml.eos_token_id", new GgufValue.Int(GgufType.UINT32, 2))
        .put("tokenizer.ggml.add_bos_token", new GgufValue.Bool(true));
  }
}
