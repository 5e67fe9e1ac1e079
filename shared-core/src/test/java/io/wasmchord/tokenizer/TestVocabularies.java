package io.wasmchord.tokenizer;

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
   * A byte-level vocabulary: the 256 bytes, what {@code merges} make, then {@code control} tokens.
   */
  public static Vocabulary bpe(String pre, List<String> merges, String... control) {
    List<String> tokens = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(String.valueOf(ByteAlphabet.character((byte) b)));
    }
    for (String merge : merges) {
      String made = merge.replace(" ", "");
      if (!tokens.contains(made)) {
        tokens.add(made);
      }
    }
    for (int i = 0; i < tokens.size(); i++) {
      types.add(1);
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
