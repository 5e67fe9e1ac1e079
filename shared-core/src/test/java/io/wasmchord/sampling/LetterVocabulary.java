package io.wasmchord.sampling;

import java.nio.charset.StandardCharsets;

/** Tokens 0 to 25 are letters from a to z, and 26 to 51 the same letters twice. */
final class LetterVocabulary implements SamplerTexts.Vocabulary {
  @Override
  public int size() {
    return 52;
  }

  @Override
  public byte[] bytes(int id) {
    String letter = String.valueOf((char) ('a' + id % 26));
    return letter.repeat(1 + id / 26).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int[] tokens(String text) {
    return text.chars().map(c -> c - 'a').toArray();
  }
}
