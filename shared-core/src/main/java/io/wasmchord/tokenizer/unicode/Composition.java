package io.wasmchord.tokenizer.unicode;

import io.wasmchord.maps.LongIntMap;
import java.util.BitSet;

/**
 * Unicode's Normalization Form C (UAX #15): what can be written as one character is. Work is in
 * proportion to the text, whatever it holds.
 */
public final class Composition {
  /** No character below it is changed or changes another. */
  private static final int FIRST_MARK = 0x300;

  private static final int NONE = -1;

  /** Composed characters by the two that make them. */
  private static final LongIntMap PAIRS;

  /**
   * What may change, or change what stands before it: where there is none of it, nothing changes.
   */
  private static final BitSet UNSTABLE = new BitSet();

  static {
    int[] composed = UnicodeMappings.composed();
    PAIRS = new LongIntMap(composed.length);
    IntList parts = new IntList();
    for (int size = 1; size <= UnicodeMappings.LONGEST_DECOMPOSITION; size++) {
      for (int codePoint : composed) {
        parts.truncate(0);
        UnicodeMappings.decompose(codePoint, parts);
        if (parts.size() == size) {
          addPair(codePoint, parts);
        }
      }
    }
    CombiningMarks.addAll(UNSTABLE);
    UNSTABLE.set(Hangul.VOWEL, Hangul.VOWEL + Hangul.VOWELS);
    UNSTABLE.set(Hangul.TRAILING + 1, Hangul.TRAILING + Hangul.TRAILINGS);
  }

  private Composition() {}

  /** Shorter decompositions come first, so that all but a character's last part are one already. */
  private static void addPair(int composed, IntList parts) {
    int last = parts.get(parts.size() - 1);
    int first = parts.get(0);
    for (int i = 1; i < parts.size() - 1 && first != NONE; i++) {
      first = pair(first, parts.get(i));
    }
    if (parts.size() == 1 || CombiningMarks.staysDecomposed(composed)) {
      UNSTABLE.set(composed);
    } else {
      PAIRS.putIfAbsent(key(first, last), composed);
      UNSTABLE.set(last);
    }
  }

  private static long key(int first, int second) {
    return (long) first << Integer.SIZE | second;
  }

  /** What {@code first} and {@code second} are as one, or -1. */
  private static int pair(int first, int second) {
    int syllable = Hangul.compose(first, second);
    return syllable != NONE ? syllable : PAIRS.get(key(first, second));
  }

  /** {@code text}, well-formed UTF-16, in Normalization Form C. */
  public static String of(String text) {
    return isStable(text) ? text : composed(ordered(text));
  }

  private static boolean isStable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < FIRST_MARK) {
        continue;
      }
      int codePoint = text.codePointAt(i);
      if (UNSTABLE.get(codePoint)) {
        return false;
      }
      i += Character.charCount(codePoint) - 1;
    }
    return true;
  }

  /** The code points of the full decomposition, marks in canonical order. */
  private static int[] ordered(String text) {
    IntList parts = new IntList();
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      UnicodeMappings.decompose(codePoint, parts);
    }
    int[] codePoints = parts.toArray();
    for (int from = 0; from < codePoints.length; from++) {
      int to = from;
      while (to < codePoints.length && CombiningMarks.classOf(codePoints[to]) != 0) {
        to++;
      }
      if (to > from + 1) {
        sort(codePoints, from, to);
      }
      from = to;
    }
    return codePoints;
  }

  /** Sorts marks by their class and leaves those of the same in their order, by counting. */
  private static void sort(int[] codePoints, int from, int to) {
    int[] ends = new int[CombiningMarks.LAST_CLASS + 1];
    for (int i = from; i < to; i++) {
      ends[CombiningMarks.classOf(codePoints[i])]++;
    }
    for (int c = 1; c < ends.length; c++) {
      ends[c] += ends[c - 1];
    }
    int[] sorted = new int[to - from];
    for (int i = to - 1; i >= from; i--) {
      sorted[--ends[CombiningMarks.classOf(codePoints[i])]] = codePoints[i];
    }
    System.arraycopy(sorted, 0, codePoints, from, sorted.length);
  }

  private static String composed(int[] codePoints) {
    int count = 0; // of those that are done, which lie at the front
    int starter = NONE; // place of the last one that a mark can join
    int before = 0; // class of the last one that was kept behind the starter
    for (int codePoint : codePoints) {
      int own = CombiningMarks.classOf(codePoint);
      boolean reaches = starter != NONE && (before == 0 || before < own);
      int joined = reaches ? pair(codePoints[starter], codePoint) : NONE;
      if (joined != NONE) {
        codePoints[starter] = joined;
        continue;
      }
      if (own == 0) {
        starter = count;
      }
      before = own;
      codePoints[count++] = codePoint;
    }
    return new String(codePoints, 0, count);
  }
}
