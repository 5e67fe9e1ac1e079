package io.wasmchord.tokenizer;

/**
 * The expression of OpenAI's o200k, and with other parameters that of Mistral's Tekken. Words end
 * where a small letter is followed by a capital one: {@code [^\r\n\p{L}\p{N}]?U*L+C?|
 * [^\r\n\p{L}\p{N}]?U+L*C?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+}, where U
 * is {@code [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]}, L is {@code [\p{Ll}\p{Lm}\p{Lo}\p{M}]} and C is
 * {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)}.
 *
 * <p>llama.cpp's engine for expressions tells case only in ASCII, and has no marks in words; these
 * are the models' own expressions.
 *
 * @param digits how many digits stay together at most: 3 in o200k, 1 in Tekken
 * @param contractions whether there is the C, which Tekken has not
 */
record CaseSplitter(int digits, boolean contractions) implements Splitter {
  private static final int NO_MATCH = -1;

  @Override
  public int end(CodePoints text, int from, int to) {
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
        : Scan.skip(text, end, to, c -> Scan.isNewline(c) || c == '/');
  }

  /**
   * The first two alternatives, each first with the optional character in front and then without.
   */
  private static int word(CodePoints text, int from, int to) {
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
  private static int mixed(CodePoints text, int from, int to) {
    int lastOfBoth = NO_MATCH;
    int i = from;
    for (; i < to && isCapital(text.category(i)); i++) {
      lastOfBoth = isSmall(text.category(i)) ? i : lastOfBoth;
    }
    if (i == to || !isSmall(text.category(i))) {
      return lastOfBoth == NO_MATCH ? NO_MATCH : lastOfBoth + 1;
    }
    while (i < to && isSmall(text.category(i))) {
      i++;
    }
    return i;
  }

  /** {@code U+L*}, where {@code U*L+} does not match: so the L* has nothing to take. */
  private static int capitals(CodePoints text, int from, int to) {
    int i = from;
    while (i < to && isCapital(text.category(i))) {
      i++;
    }
    return i == from ? NO_MATCH : i;
  }

  private static boolean isCapital(UnicodeCategory category) {
    return category == UnicodeCategory.UPPERCASE || isCaseless(category);
  }

  private static boolean isSmall(UnicodeCategory category) {
    return category == UnicodeCategory.LOWERCASE || isCaseless(category);
  }

  private static boolean isCaseless(UnicodeCategory category) {
    return category == UnicodeCategory.CASELESS || category.isMark();
  }
}
