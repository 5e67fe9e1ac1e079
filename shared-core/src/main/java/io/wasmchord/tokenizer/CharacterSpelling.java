package io.wasmchord.tokenizer;

import io.wasmchord.tokenizer.pretokenizer.CodePoints;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Text as it is, or with U+2581 in place of spaces; the parts are characters. One that has no token
 * becomes the byte tokens of its UTF-8.
 */
final class CharacterSpelling implements BpeSpelling {
  private static final char BAR = '\u2581';
  private static final int NONE = -1;

  private final ToIntFunction<String> ids;
  private final ByteTokens byteTokens;
  private final boolean bars;

  /** Token of each character of the basic plane, or -1. */
  private final int[] characterTokens = new int[1 << Character.SIZE];

  /**
   * @param pieces the vocabulary's spellings
   * @param ids the token that a spelling has in plain text, or -1
   * @param bars whether U+2581 stands for spaces
   */
  CharacterSpelling(
      List<String> pieces, ToIntFunction<String> ids, ByteTokens byteTokens, boolean bars) {
    this.ids = ids;
    this.byteTokens = byteTokens;
    this.bars = bars;
    Arrays.fill(characterTokens, NONE);
    for (String piece : pieces) {
      if (piece.length() == 1) {
        characterTokens[piece.charAt(0)] = ids.applyAsInt(piece);
      }
    }
  }

  @Override
  public String prepared(String text) {
    return bars ? text.replace(' ', BAR) : text;
  }

  @Override
  public int parts(CodePoints text, int from, int to) {
    return to - from;
  }

  @Override
  public void tokens(CodePoints text, int from, int to, int[] tokens) {
    for (int i = from; i < to; i++) {
      int c = text.at(i);
      int token = Character.isBmpCodePoint(c) ? characterTokens[c] : ids.applyAsInt(spell(c));
      tokens[i - from] = token < 0 ? ~c : token;
    }
  }

  @Override
  public String spell(CodePoints text, int from, int to) {
    StringBuilder spelled = new StringBuilder();
    for (int i = from; i < to; i++) {
      spelled.appendCodePoint(text.at(i));
    }
    return spelled.toString();
  }

  private static String spell(int codePoint) {
    return new StringBuilder(2).appendCodePoint(codePoint).toString();
  }

  @Override
  public void append(int part, IntList out) {
    byteTokens.append(spell(~part), out);
  }

  @Override
  public byte[] bytes(String piece) {
    return (bars ? piece.replace(BAR, ' ') : piece).getBytes(StandardCharsets.UTF_8);
  }
}
