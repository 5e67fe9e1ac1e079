package io.wasmchord.constraint.vocabulary;

import java.util.Arrays;

/** The tokens that are plain text of one sort, and the tree of all others. */
final class Slice {
  /** Characters of a token that is plain text, at most. */
  static final int MOST_CHARACTERS = 32;

  private final PlainText.Sort sort;
  private final long[] plain;
  private final ByteTrie others;

  /**
   * @param sorted all tokens, in the order of their bytes
   */
  Slice(PlainText.Sort sort, byte[][] bytes, int[] sorted) {
    this.sort = sort;
    this.plain = new long[(bytes.length + 63) >>> 6];
    int[] rest = new int[sorted.length];
    int n = 0;
    for (int id : sorted) {
      if (PlainText.is(sort, bytes[id], MOST_CHARACTERS)) {
        plain[id >> 6] |= 1L << id;
      } else {
        rest[n++] = id;
      }
    }
    others = new ByteTrie(bytes, Arrays.copyOf(rest, n));
  }

  PlainText.Sort sort() {
    return sort;
  }

  /** A bit for each token that is plain; not to be changed. */
  long[] plain() {
    return plain;
  }

  ByteTrie others() {
    return others;
  }
}
