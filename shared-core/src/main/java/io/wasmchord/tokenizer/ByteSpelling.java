package io.wasmchord.tokenizer;

import io.wasmchord.tokenizer.pretokenizer.CodePoints;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.function.ToIntFunction;

/** A character for each byte of UTF-8 ({@link ByteAlphabet}); the parts are bytes. */
final class ByteSpelling implements BpeSpelling {
  private static final int NONE = -1;

  /** Token of each byte alone, or -1. */
  private final int[] byteTokens = new int[256];

  private final int unknown;

  /**
   * @param ids the token that a spelling has in plain text, or -1
   * @param unknown stands for bytes that have no token, or -1
   */
  ByteSpelling(ToIntFunction<String> ids, int unknown) {
    this.unknown = unknown;
    for (int b = 0; b < byteTokens.length; b++) {
      byteTokens[b] = ids.applyAsInt(String.valueOf(ByteAlphabet.character((byte) b)));
    }
  }

  @Override
  public String prepared(String text) {
    return text;
  }

  @Override
  public int parts(CodePoints text, int from, int to) {
    return text.byteOffset(to) - text.byteOffset(from);
  }

  @Override
  public void tokens(CodePoints text, int from, int to, int[] tokens) {
    byte[] utf8 = text.utf8();
    int first = text.byteOffset(from);
    for (int i = parts(text, from, to) - 1; i >= 0; i--) {
      int token = byteTokens[utf8[first + i] & 0xFF];
      tokens[i] = token < 0 ? NONE : token;
    }
  }

  @Override
  public String spell(CodePoints text, int from, int to) {
    StringBuilder spelled = new StringBuilder();
    for (int i = text.byteOffset(from); i < text.byteOffset(to); i++) {
      spelled.append(ByteAlphabet.character(text.utf8()[i]));
    }
    return spelled.toString();
  }

  @Override
  public void append(int part, IntList out) {
    if (unknown >= 0) {
      out.add(unknown);
    }
  }

  /** A character that stands for no byte is taken as itself, with all others of the piece. */
  @Override
  public byte[] bytes(String piece) {
    byte[] bytes = new byte[piece.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = ByteAlphabet.byteOf(piece.charAt(i));
      if (b < 0) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }
}
