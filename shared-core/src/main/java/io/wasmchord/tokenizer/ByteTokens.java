package io.wasmchord.tokenizer;

import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** The tokens that are spelled {@code <0xNN>}, which stand for bytes. */
final class ByteTokens {
  /** Token of each byte, or -1. */
  private final int[] tokens = new int[256];

  /**
   * @param ids the id of a spelling, or -1
   * @param unknown stands for bytes that have no token, or -1
   */
  ByteTokens(ToIntFunction<String> ids, int unknown) {
    for (int b = 0; b < tokens.length; b++) {
      int named = ids.applyAsInt(spelling((byte) b));
      tokens[b] = named >= 0 ? named : unknown;
    }
  }

  /** How the token of {@code b} is spelled. */
  static String spelling(byte b) {
    String hex = Integer.toHexString(0x100 | (b & 0xFF)).substring(1);
    return "<0x" + hex.toUpperCase(Locale.ROOT) + ">";
  }

  /** The token of {@code b}, or what stands for it, or -1. */
  int of(byte b) {
    return tokens[b & 0xFF];
  }

  /** Appends the tokens of the bytes of {@code text}. */
  void append(String text, IntList out) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int token = of(b);
      if (token >= 0) {
        out.add(token);
      }
    }
  }
}
