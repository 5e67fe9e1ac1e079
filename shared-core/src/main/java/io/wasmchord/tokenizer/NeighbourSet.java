package io.wasmchord.tokenizer;

import java.util.BitSet;

/**
 * Which characters stand side by side in some token. Where two characters of a text never do, no
 * token reaches from one to the other, so the text can be cut there. The set may take a pair for
 * one of its own that is none, and never the other way round.
 */
final class NeighbourSet {
  private static final int HASH_BITS = 20;

  private final BitSet pairs = new BitSet(1 << HASH_BITS);

  void addAll(String piece) {
    for (int i = 1; i < piece.length(); i++) {
      pairs.set(hash(piece.charAt(i - 1), piece.charAt(i)));
    }
  }

  /**
   * Whether {@code text} can be cut before {@code index}, which is neither its start nor its end.
   */
  boolean canCut(String text, int index) {
    char right = text.charAt(index);
    return !Character.isLowSurrogate(right) && !pairs.get(hash(text.charAt(index - 1), right));
  }

  private static int hash(char left, char right) {
    return ((left << Character.SIZE | right) * 0x9E3779B1) >>> (Integer.SIZE - HASH_BITS);
  }
}
