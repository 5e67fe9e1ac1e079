package io.wasmchord.tokenizer;

import io.wasmchord.tokenizer.pretokenizer.CodePoints;
import io.wasmchord.tokenizer.unicode.IntList;

/**
 * How a vocabulary of byte pairs spells text, and what the parts are that its merges begin with.
 */
interface BpeSpelling {
  /** {@code text} as it is cut. */
  String prepared(String text);

  /** Number of parts of the code points from {@code from} to {@code to}. */
  int parts(CodePoints text, int from, int to);

  /**
   * Puts the token of each part into {@code tokens}, and for a part that has none a number below 0.
   */
  void tokens(CodePoints text, int from, int to, int[] tokens);

  /** The spelling of the code points from {@code from} to {@code to}. */
  String spell(CodePoints text, int from, int to);

  /**
   * Appends what stands for a part that has no token, by the number that {@link #tokens} gave it.
   */
  void append(int part, IntList out);

  /** The bytes of text that {@code piece} spells. */
  byte[] bytes(String piece);
}
