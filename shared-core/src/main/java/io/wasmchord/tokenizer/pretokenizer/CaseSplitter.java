package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;

/**
 * The expression of OpenAI's o200k, and with other parameters that of Mistral's Tekken. Words end
 * where a small letter is followed by a capital one: {@code [^\r\n\p{L}\p{N}]?U*L+C?|
 * [^\r\n\p{L}\p{N}]?U+L*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+}, where U
 * is {@code [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]}, L is {@code [\p{Ll}\p{Lm}\p{Lo}\p{M}]} and C is
 * {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)}.
 *
 * <p>With ideographs apart, as in Kimi K2, {@code \p{Han}+} comes first, and U and L have none of
 * {@code \p{Han}}.
 *
 * <p>llama.cpp's engine for expressions tells case only in ASCII, and has no marks in words; these
 * are the models' own expressions.
 *
 * @param digits how many digits stay together at most: 3 in o200k, 1 in Tekken
 * @param contractions whether there is the C, which Tekken has not
 * @param slashes whether slashes stay with the signs before them, as line breaks do
 * @param hanApart whether ideographs make pieces of their own
 */
record CaseSplitter(int digits, boolean contractions, boolean slashes, boolean hanApart)
    implements Splitter.Steps {
  private static final int NO_MATCH = -1;

  /** OpenAI's expression. */
  static final CaseSplitter O200K = new CaseSplitter(3, true, true, false);

  @Override
  public int end(CodePoints text, int from, int to) {
    if (hanApart && CodePointSets.HAN.test(text.at(from))) {
      return Scan.skip(text, from, to, CodePointSets.HAN);
    }
    int word = word(text, from, to);
    if (word != NO_MATCH) {
      return contractions ? Scan.contraction(text, word, to, true) : word;
    }
    if (text.category(from) == UnicodeCategory.NUMBER) {
      return Scan.digits(text, from, to, digits);
    }
    int start = from + 1 < to && text.at(from) == ' ' ? from + 1 : from;
    int end = Scan.signs(text, start, to, false);
    return end == start
        ? Scan.lines(text, from, to)
        : Scan.skip(text, end, to, c -> Scan.isNewline(c) || (slashes && c == '/'));
  }

  /**
   * The first two alternatives, each first with the optional character in front and then without.
   */
  private int word(CodePoints text, int from, int to) {
    UnicodeCategory category = text.category(from);
    boolean prefix =
        from + 1 < to
            && !Scan.isNewline(text.at(from))
            && !category.isLetter()
            && category != UnicodeCategory.NUMBER;
    int end = prefix ? mixed(text, from + 1, to) : NO_MATCH;
    if (end == NO_MATCH) {
      end = mixed(text, from, to);
    }
    if (end == NO_MATCH && prefix) {
      end = capitals(text, from + 1, to);
    }
    return end == NO_MATCH ? capitals(text, from, to) : end;
  }

  /**
   * {@code U*L+}. Where no small letter follows the U*, it gives characters back until one is left
   * that is an L too.
   */
  private int mixed(CodePoints text, int from, int to) {
    int lastOfBoth = NO_MATCH;
    int i = from;
    for (; i < to && isCapital(text, i); i++) {
      lastOfBoth = isSmall(text, i) ? i : lastOfBoth;
    }
    if (i == to || !isSmall(text, i)) {
      return lastOfBoth == NO_MATCH ? NO_MATCH : lastOfBoth + 1;
    }
    while (i < to && isSmall(text, i)) {
      i++;
    }
    return i;
  }

  /** {@code U+L*}, where {@code U*L+} does not match: so the L* has nothing to take. */
  private int capitals(CodePoints text, int from, int to) {
    int i = from;
    while (i < to && isCapital(text, i)) {
      i++;
    }
    return i == from ? NO_MATCH : i;
  }

  private boolean isCapital(CodePoints text, int index) {
    return text.category(index) == UnicodeCategory.UPPERCASE || isCaseless(text, index);
  }

  private boolean isSmall(CodePoints text, int index) {
    return text.category(index) == UnicodeCategory.LOWERCASE || isCaseless(text, index);
  }

  private boolean isCaseless(CodePoints text, int index) {
    UnicodeCategory category = text.category(index);
    return (category == UnicodeCategory.CASELESS || category.isMark())
        && !(hanApart && CodePointSets.HAN.test(text.at(index)));
  }
}
