package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One regular expression of a pre-tokenizer, as a scanner: it cuts a stretch of text into the
 * expression's matches and what lies between them. A stretch is scanned as if nothing came before
 * or after it, in time that grows with its length.
 */
interface Splitter {
  /** Gives the pieces of the stretch from {@code from} to {@code to}, in order. */
  void split(CodePoints text, int from, int to, PreTokenizer.Pieces pieces);

  /** One that knows where a piece ends from where it begins. */
  @FunctionalInterface
  interface Steps extends Splitter {
    /**
     * End of the piece that begins at {@code from}, in {@code from + 1} to {@code to}; {@code to}
     * is the end of the stretch.
     */
    int end(CodePoints text, int from, int to);

    @Override
    default void split(CodePoints text, int from, int to, PreTokenizer.Pieces pieces) {
      for (int at = from; at < to; ) {
        int end = end(text, at, to);
        pieces.accept(at, end);
        at = end;
      }
    }
  }

  /** An expression that is tried at one place. */
  @FunctionalInterface
  interface Match {
    /** Where its match at {@code at} ends; {@code at} where there is none. */
    int end(CodePoints text, int at, int to);
  }

  /** An expression whose matches are looked for at each place in turn. */
  static Steps matches(Match match) {
    return (text, from, to) -> {
      int end = match.end(text, from, to);
      if (end == from) {
        do {
          end++;
        } while (end < to && match.end(text, end, to) == end);
      }
      return end;
    };
  }

  /** {@code X}. */
  static Steps each(IntPredicate x) {
    return (text, from, to) ->
        x.test(text.at(from)) ? from + 1 : Scan.skip(text, from, to, x.negate());
  }

  /** {@code X{1,atMost}}. */
  static Steps upTo(int atMost, IntPredicate x) {
    return (text, from, to) ->
        x.test(text.at(from))
            ? Scan.skip(text, from, Math.min(to, from + atMost), x)
            : Scan.skip(text, from, to, x.negate());
  }

  /** {@code X+}. */
  static Steps run(IntPredicate x) {
    return (text, from, to) -> Scan.skip(text, from, to, x.test(text.at(from)) ? x : x.negate());
  }

  /** {@code X+|Y+|...}, where no character is of two of them. */
  static Steps runs(IntPredicate... alternatives) {
    IntPredicate any = c -> Arrays.stream(alternatives).anyMatch(x -> x.test(c));
    return (text, from, to) -> {
      for (IntPredicate x : alternatives) {
        if (x.test(text.at(from))) {
          return Scan.skip(text, from, to, x);
        }
      }
      return Scan.skip(text, from, to, any.negate());
    };
  }

  /** {@code \s?X+}, where no X is white space. */
  static Steps spacedRun(IntPredicate x) {
    return spacedRun(Splitter::isWhitespace, x);
  }

  /** {@code S?X+}, where no X is an S. */
  static Steps spacedRun(IntPredicate s, IntPredicate x) {
    return (text, from, to) -> {
      int first = Scan.skip(text, from, to, x.negate());
      int match = first < to && first > from && s.test(text.at(first - 1)) ? first - 1 : first;
      return match > from ? match : Scan.skip(text, first, to, x);
    };
  }

  /** {@code [0-9][0-9][0-9]}. */
  static Steps threeDigits() {
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
  static Steps trailingSpace() {
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
