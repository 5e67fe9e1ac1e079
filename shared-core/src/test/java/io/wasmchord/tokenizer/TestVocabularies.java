package io.wasmchord.tokenizer;

import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small vocabularies for tests. */
public final class TestVocabularies {
  private TestVocabularies() {}

  /**
   * A SentencePiece vocabulary: {@code <unk>}, {@code <s>}, {@code </s>}, the byte tokens, then
   * {@code scored}, then the user-defined {@code userDefined}.
   */
  public static Vocabulary spm(
      Map<String, Float> scored, boolean spacePrefix, String... userDefined) {
    Map<String, Float> scores = new LinkedHashMap<>();
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
    scores.put("<unk>", 0f);
    scores.put("<s>", 0f);
    scores.put("</s>", 0f);
    for (int b = 0; b < 256; b++) {
      scores.put("<0x%02X>".formatted(b), 0f);
      types.add(6);
    }
    scored.forEach((piece, score) -> {
      scores.put(piece, score);
      types.add(1);
    });
    for (String piece : userDefined) {
      scores.put(piece, 0f);
      types.add(4);
    }
    float[] values = new float[scores.size()];
    int i = 0;
    for (float score : scores.values()) {
      values[i++] = score;
    }
    return new Vocabulary(
        "llama",
        "",
        List.copyOf(scores.keySet()),
        values,
        ints(types),
        List.of(),
        new SpecialTokens(1, 2, -1, -1, 0, -1, true, false, false),
        new TextRules(spacePrefix, false, false, Stripping.NONE));
  }

  /**
   * A vocabulary of byte pairs: the 256 bytes, as {@code pre} has them spelled, what {@code merges}
   * join and make, then {@code control} tokens.
   */
  public static Vocabulary bpe(String pre, List<String> merges, String... control) {
    List<String> tokens = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    boolean named = PreTokenizer.named(pre).spelling() != PreTokenizer.Spelling.BYTES;
    for (int b = 0; b < 256; b++) {
      String alone = String.valueOf(ByteAlphabet.character((byte) b));
      tokens.add(named ? ByteTokens.spelling((byte) b) : alone);
      types.add(named ? 6 : 1);
    }
    if (named) {
      tokens.add("\u2581");
      types.add(1);
    }
    for (String merge : merges) {
      for (String piece : (merge + " " + merge.replace(" ", "")).split(" ")) {
        if (!tokens.contains(piece)) {
          tokens.add(piece);
          types.add(1);
        }
      }
    }
    for (String piece : control) {
      tokens.add(piece);
      types.add(3);
    }
    return new Vocabulary(
        "gpt2", pre, tokens, new float[0], ints(types), merges, SpecialTokens.NONE, TextRules.NONE);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The pieces of {@code ids}, with bars between. */
  static String pieces(Tokenizer tokenizer, int[] ids) {
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(tokenizer.piece(id));
    }
    return String.join("|", pieces);
  }
}
