package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;

/**
 * The last expression of DeepSeek-V3: {@code A[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|
 * ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}, where A is ASCII's punctuation and symbols. What
 * no alternative matches (digits, controls) stays together.
 *
 * @param lines whether signs take the line breaks after them, and line breaks the white space
 *     before them; Spark has {@code [\r\n]} instead, each line break for itself
 */
record DeepSeek3Splitter(boolean lines) implements Splitter.Steps {
  @Override
  public int end(CodePoints text, int from, int to) {
    if (!matches(text, from, to)) {
      int end = from + 1;
      while (end < to && !matches(text, end, to)) {
        end++;
      }
      return end;
    }
    UnicodeCategory category = text.category(from);
    if (isAsciiSign(text.at(from)) && from + 1 < to && isAsciiLetter(text.at(from + 1))) {
      return Scan.skip(text, from + 1, to, DeepSeek3Splitter::isAsciiLetter);
    }
    if (Scan.isLetter(category, true) || takesWord(text, from, to)) {
      return Scan.letters(text, from + 1, to, true);
    }
    int start = from + 1 < to && text.at(from) == ' ' ? from + 1 : from;
    if (!isSign(text.category(start))) {
      return space(text, from, to);
    }
    int signs = Scan.skip(text, start, to, c -> isSign(UnicodeCategory.of(c)));
    return lines ? Scan.skip(text, signs, to, Scan::isNewline) : signs;
  }

  private int space(CodePoints text, int from, int to) {
    if (lines) {
      return Scan.lines(text, from, to);
    }
    return Scan.isNewline(text.at(from)) ? from + 1 : Scan.spaces(text, from, to);
  }

  private static boolean matches(CodePoints text, int at, int to) {
    return switch (text.category(at)) {
      case NUMBER, OTHER, UNASSIGNED -> takesWord(text, at, to);
      default -> true;
    };
  }

  /**
   * Whether the character at {@code at} is one that a word can have in front, and a word follows.
   */
  private static boolean takesWord(CodePoints text, int at, int to) {
    return at + 1 < to
        && !Scan.isNewline(text.at(at))
        && !isSign(text.category(at))
        && Scan.isLetter(text.category(at + 1), true);
  }

  private static boolean isSign(UnicodeCategory category) {
    return category == UnicodeCategory.PUNCTUATION || category == UnicodeCategory.SYMBOL;
  }

  private static boolean isAsciiLetter(int c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isAsciiSign(int c) {
    return c < 0x80 && isSign(UnicodeCategory.of(c));
  }
}
