package io.wasmchord.tokenizer;

/**
 * The regular expressions of {@link PreTokenizer} as functions: each returns the end of the match
 * that begins at {@code at}.
 */
final class Scanners {
  private static final String[] CONTRACTIONS = {"s", "t", "re", "ve", "m", "ll", "d"};

  private Scanners() {}

  static boolean isLetter(int c) {
    return Character.isLetter(c);
  }

  static boolean isNumber(int c) {
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  /** Unicode's White_Space. */
  static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || c == 0x20
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  private static boolean isOther(int c) {
    return !isSpace(c) && !isLetter(c) && !isNumber(c);
  }

  private static boolean isNewline(int c) {
    return c == '\r' || c == '\n';
  }

  /** {@code [\p{P}$+<=>^~|]+}. */
  static int punctuationRun(int[] text, int at, int end) {
    int i = at;
    while (i < end && isPunctuation(text[i])) {
      i++;
    }
    return i;
  }

  private static boolean isPunctuation(int c) {
    if (c < 128 && "$+<=>^~|".indexOf(c) >= 0) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** {@code \p{N}}. */
  static int oneNumber(int[] text, int at, int end) {
    return isNumber(text[at]) ? at + 1 : at;
  }

  /** {@code \p{N}+}. */
  static int numberRun(int[] text, int at, int end) {
    return numbers(text, at, end, Integer.MAX_VALUE);
  }

  /** {@code [0-9][0-9][0-9]}. */
  static int threeDigits(int[] text, int at, int end) {
    for (int i = at; i < at + 3; i++) {
      if (i >= end || text[i] < '0' || text[i] > '9') {
        return at;
      }
    }
    return at + 3;
  }

  /** {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}. */
  static int gpt2(int[] text, int at, int end) {
    int contraction = contraction(text, at, end, false);
    if (contraction > at) {
      return contraction;
    }
    int first = text[at] == ' ' && at + 1 < end ? at + 1 : at;
    int matched = letters(text, first, end);
    if (matched == first) {
      matched = numberRun(text, first, end);
    }
    if (matched == first) {
      matched = others(text, first, end);
    }
    return matched > first ? matched : spaces(text, at, end);
  }

  /**
   * {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
   * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
   */
  static int llama3(int[] text, int at, int end, int digits) {
    int matched = contraction(text, at, end, true);
    if (matched > at) {
      return matched;
    }
    int c = text[at];
    boolean lead = !isLetter(c) && !isNumber(c) && !isNewline(c);
    int first = lead ? at + 1 : at;
    matched = letters(text, first, end);
    if (matched > first) {
      return matched;
    }
    matched = numbers(text, at, end, digits);
    if (matched > at) {
      return matched;
    }
    first = c == ' ' ? at + 1 : at;
    matched = others(text, first, end);
    if (matched > first) {
      while (matched < end && isNewline(text[matched])) {
        matched++;
      }
      return matched;
    }
    int newline = afterLastNewline(text, at, end);
    return newline > at ? newline : spaces(text, at, end);
  }

  private static int contraction(int[] text, int at, int end, boolean anyCase) {
    if (text[at] != '\'') {
      return at;
    }
    for (String tail : CONTRACTIONS) {
      int i = 0;
      while (i < tail.length()
          && at + 1 + i < end
          && equal(text[at + 1 + i], tail.charAt(i), anyCase)) {
        i++;
      }
      if (i == tail.length()) {
        return at + 1 + i;
      }
    }
    return at;
  }

  private static boolean equal(int c, char lower, boolean anyCase) {
    return c == lower || (anyCase && c == lower - 32);
  }

  private static int letters(int[] text, int at, int end) {
    int i = at;
    while (i < end && isLetter(text[i])) {
      i++;
    }
    return i;
  }

  private static int numbers(int[] text, int at, int end, int most) {
    int i = at;
    while (i < end && i - at < most && isNumber(text[i])) {
      i++;
    }
    return i;
  }

  private static int others(int[] text, int at, int end) {
    int i = at;
    while (i < end && isOther(text[i])) {
      i++;
    }
    return i;
  }

  private static int afterLastNewline(int[] text, int at, int end) {
    int after = at;
    for (int i = at; i < end && isSpace(text[i]); i++) {
      if (isNewline(text[i])) {
        after = i + 1;
      }
    }
    return after;
  }

  /**
   * {@code \s+(?!\S)|\s+}: a run of spaces but for its last, which belongs to the word behind it.
   */
  private static int spaces(int[] text, int at, int end) {
    int i = at;
    while (i < end && isSpace(text[i])) {
      i++;
    }
    return i < end && i - at > 1 ? i - 1 : i;
  }
}
