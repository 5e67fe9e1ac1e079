package io.wasmchord.tokenizer.pretokenizer;

/** What Chameleon's expressions cut out before words: spellings of its tokens, and white space. */
final class ChameleonTokens {
  private static final String SENTINEL = "<sentinel:";
  private static final String IMAGE = "IMGIMG";
  private static final int MOST_LETTERS = 4;

  /** {@code <sentinel:[0-9]+>}. */
  static final Splitter.Steps SENTINELS = Splitter.matches(ChameleonTokens::sentinel);

  /** {@code IMGIMG[A-I]{1,4}Z}. */
  static final Splitter.Steps IMAGES = Splitter.matches(ChameleonTokens::image);

  /** {@code [\t\n]| {4}| {2}}. */
  static final Splitter.Steps SPACES = Splitter.matches(ChameleonTokens::space);

  private ChameleonTokens() {}

  /** Whether {@code word}, which is ASCII, stands at {@code at}. */
  private static boolean stands(String word, CodePoints text, int at, int to) {
    int i = 0;
    while (i < word.length() && at + i < to && text.at(at + i) == word.charAt(i)) {
      i++;
    }
    return i == word.length();
  }

  private static int sentinel(CodePoints text, int at, int to) {
    if (!stands(SENTINEL, text, at, to)) {
      return at;
    }
    int digits = at + SENTINEL.length();
    int end = Scan.skip(text, digits, to, c -> c >= '0' && c <= '9');
    return end > digits && end < to && text.at(end) == '>' ? end + 1 : at;
  }

  private static int image(CodePoints text, int at, int to) {
    if (!stands(IMAGE, text, at, to)) {
      return at;
    }
    int letters = at + IMAGE.length();
    int most = Math.min(to, letters + MOST_LETTERS);
    int end = Scan.skip(text, letters, most, c -> c >= 'A' && c <= 'I');
    return end > letters && end < to && text.at(end) == 'Z' ? end + 1 : at;
  }

  private static int space(CodePoints text, int at, int to) {
    if (text.at(at) == '\t' || text.at(at) == '\n') {
      return at + 1;
    }
    int spaces = Scan.skip(text, at, Math.min(to, at + 4), c -> c == ' ') - at;
    return at + (spaces == 3 ? 2 : spaces == 1 ? 0 : spaces);
  }
}
