package io.wasmchord.tokenizer.unicode;

/** Hangul syllables and their letters, by The Unicode Standard, section 3.12. */
final class Hangul {
  static final int FIRST = 0xAC00;
  static final int LAST = 0xD7A3;
  static final int LEADING = 0x1100;
  static final int LEADINGS = 19;
  static final int VOWEL = 0x1161;
  static final int VOWELS = 21;

  /** One before the first trailing letter: syllables without one have number 0. */
  static final int TRAILING = 0x11A7;

  static final int TRAILINGS = 28;

  private Hangul() {}

  static boolean isSyllable(int codePoint) {
    return codePoint >= FIRST && codePoint <= LAST;
  }

  /** Appends the letters of {@code syllable}. */
  static void decompose(int syllable, IntList out) {
    int number = syllable - FIRST;
    out.add(LEADING + number / (VOWELS * TRAILINGS));
    out.add(VOWEL + number / TRAILINGS % VOWELS);
    if (number % TRAILINGS != 0) {
      out.add(TRAILING + number % TRAILINGS);
    }
  }

  /**
   * The syllable of a leading letter and a vowel, or of a syllable and a trailing letter, or -1.
   */
  static int compose(int first, int second) {
    int leading = first - LEADING;
    int vowel = second - VOWEL;
    if (leading >= 0 && leading < LEADINGS && vowel >= 0 && vowel < VOWELS) {
      return FIRST + (leading * VOWELS + vowel) * TRAILINGS;
    }
    int trailing = second - TRAILING;
    boolean open = isSyllable(first) && (first - FIRST) % TRAILINGS == 0;
    return open && trailing > 0 && trailing < TRAILINGS ? first + trailing : -1;
  }
}
