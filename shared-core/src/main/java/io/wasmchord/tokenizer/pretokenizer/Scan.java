package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import java.util.function.IntPredicate;

/** The steps that the scanners of pre-tokenizers share. */
final class Scan {
  private static final int END = -1;

  private Scan() {}

  static boolean isNewline(int codePoint) {
    return codePoint == '\r' || codePoint == '\n';
  }

  /** End of {@code X*}. */
  static int skip(CodePoints text, int from, int to, IntPredicate x) {
    int i = from;
    while (i < to && x.test(text.at(i))) {
      i++;
    }
    return i;
  }

  /** End of {@code \p{L}*}, or of {@code [\p{L}\p{M}]*}. */
  static int letters(CodePoints text, int from, int to, boolean marksToo) {
    int i = from;
    while (i < to && isLetter(text.category(i), marksToo)) {
      i++;
    }
    return i;
  }

  static boolean isLetter(UnicodeCategory category, boolean marksToo) {
    return category.isLetter() || (marksToo && category.isMark());
  }

  /** End of {@code \p{N}{0,atMost}}. */
  static int digits(CodePoints text, int from, int to, int atMost) {
    int end = to - from > atMost ? from + atMost : to;
    int i = from;
    while (i < end && text.category(i) == UnicodeCategory.NUMBER) {
      i++;
    }
    return i;
  }

  /** End of {@code [^\s\p{L}\p{N}]*}, or of {@code [^\s\p{L}\p{M}\p{N}]*}. */
  static int signs(CodePoints text, int from, int to, boolean marksToo) {
    int i = from;
    while (i < to && isSign(text.category(i), marksToo)) {
      i++;
    }
    return i;
  }

  private static boolean isSign(UnicodeCategory category, boolean marksToo) {
    return category != UnicodeCategory.WHITESPACE
        && category != UnicodeCategory.NUMBER
        && !category.isLetter()
        && !(marksToo && category.isMark());
  }

  /**
   * End of an English contraction: {@code ('s|'t|'re|'ve|'m|'ll|'d)?}; in any case of its letters,
   * if {@code anyCase}.
   */
  static int contraction(CodePoints text, int from, int to, boolean anyCase) {
    if (from >= to || text.at(from) != '\'') {
      return from;
    }
    int first = letter(text, from + 1, to, anyCase);
    int second = letter(text, from + 2, to, anyCase);
    return switch (first) {
      case 's', 't', 'm', 'd' -> from + 2;
      case 'r', 'v' -> second == 'e' ? from + 3 : from;
      case 'l' -> second == 'l' ? from + 3 : from;
      default -> from;
    };
  }

  private static int letter(CodePoints text, int index, int to, boolean anyCase) {
    int c = index < to ? text.at(index) : END;
    return anyCase && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  /** White space, of which there is some: all but the last if a word follows, else all. */
  static int spaces(CodePoints text, int from, int to) {
    return beforeWord(from, whitespace(text, from, to), to);
  }

  /**
   * White space, of which there is some: up to the last line break; else as {@link #spaces}: {@code
   * \s*[\r\n]+|\s+(?!\S)|\s+}.
   */
  static int lines(CodePoints text, int from, int to) {
    int end = whitespace(text, from, to);
    for (int i = end; i > from; i--) {
      if (isNewline(text.at(i - 1))) {
        return i;
      }
    }
    return beforeWord(from, end, to);
  }

  private static int beforeWord(int from, int end, int to) {
    return end < to && end - from > 1 ? end - 1 : end;
  }

  private static int whitespace(CodePoints text, int from, int to) {
    int i = from;
    while (i < to && text.category(i) == UnicodeCategory.WHITESPACE) {
      i++;
    }
    return i;
  }
}
