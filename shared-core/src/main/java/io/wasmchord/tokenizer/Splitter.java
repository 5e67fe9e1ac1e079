package io.wasmchord.tokenizer;

import java.util.function.IntPredicate;

/**
 * One regular expression of a pre-tokenizer, as a scanner: it cuts a stretch of text into the
 * expression's matches and what lies between them. A stretch is scanned as if nothing came before
 * or after it.
 */
@FunctionalInterface
interface Splitter {
  /**
   * End of the piece that begins at {@code from}, in {@code from + 1} to {@code to}; {@code to} is
   * the end of the stretch.
   */
  int end(CodePoints text, int from, int to);

  /** {@code X}. */
  static Splitter each(IntPredicate x) {
    return (text, from, to) ->
        x.test(text.at(from)) ? from + 1 : Scan.skip(text, from, to, x.negate());
  }

  /** {@code X{1,atMost}}. */
  static Splitter upTo(int atMost, IntPredicate x) {
    return (text, from, to) ->
        x.test(text.at(from))
            ? Scan.skip(text, from, Math.min(to, from + atMost), x)
            : Scan.skip(text, from, to, x.negate());
  }

  /** {@code X+}. */
  static Splitter run(IntPredicate x) {
    return (text, from, to) -> Scan.skip(text, from, to, x.test(text.at(from)) ? x : x.negate());
  }

  /** {@code \s?X+}, where no X is white space. */
  static Splitter spacedRun(IntPredicate x) {
    return spacedRun(Splitter::isWhitespace, x);
  }

  /** {@code S?X+}, where no X is an S. */
  static Splitter spacedRun(IntPredicate s, IntPredicate x) {
    return (text, from, to) -> {
      int first = Scan.skip(text, from, to, x.negate());
      int match = first < to && first > from && s.test(text.at(first - 1)) ? first - 1 : first;
      return match > from ? match : Scan.skip(text, first, to, x);
    };
  }

  /** {@code [0-9][0-9][0-9]}. */
  static Splitter threeDigits() {
    return (text, from, to) -> {
      int digits = 0;
      for (int i = from; i < to; i++) {
        digits = text.at(i) >= '0' && text.at(i) <= '9' ? digits + 1 : 0;
        if (digits == 3) {
          return i == from + 2 ? from + 3 : i - 2;
        }
      }
      return to;
    };
  }

  /** {@code \s+$}. */
  static Splitter trailingSpace() {
    return (text, from, to) -> {
      int match = to;
      while (match > from && isWhitespace(text.at(match - 1))) {
        match--;
      }
      return match == from ? to : match;
    };
  }

  private static boolean isWhitespace(int codePoint) {
    return UnicodeCategory.of(codePoint) == UnicodeCategory.WHITESPACE;
  }
}
