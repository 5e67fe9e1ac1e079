package io.wasmchord.tokenizer.pretokenizer;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of code points, given as ranges. */
final class CodePointSet implements IntPredicate {
  private final int[] firsts;
  private final int[] lasts;

  /**
   * The set of {@code ranges}: first and last code point of each range, one after the other,
   * ascending.
   */
  CodePointSet(String ranges) {
    int[] ends = ranges.codePoints().toArray();
    firsts = new int[ends.length / 2];
    lasts = new int[ends.length / 2];
    for (int i = 0; i < firsts.length; i++) {
      firsts[i] = ends[2 * i];
      lasts[i] = ends[2 * i + 1];
    }
  }

  @Override
  public boolean test(int codePoint) {
    int found = Arrays.binarySearch(firsts, codePoint);
    return found >= 0 || (found < -1 && codePoint <= lasts[-found - 2]);
  }
}
