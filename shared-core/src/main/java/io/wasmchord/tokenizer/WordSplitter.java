package io.wasmchord.tokenizer;

/**
 * The two regular expressions that cut text into words, each a list of alternatives of which the
 * first that matches counts.
 *
 * <p>GPT-2's: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}
 *
 * <p>Llama 3's, where Qwen 2 has one digit for three: {@code
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
 * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}
 */
final class WordSplitter implements Splitter {
  private static final int END = -1;

  private final boolean llama;
  private final int digits;

  private WordSplitter(boolean llama, int digits) {
    this.llama = llama;
    this.digits = digits;
  }

  static WordSplitter gpt2() {
    return new WordSplitter(false, Integer.MAX_VALUE);
  }

  /** Llama 3's expression, with at most {@code digits} digits together. */
  static WordSplitter llama3(int digits) {
    return new WordSplitter(true, digits);
  }

  @Override
  public int end(CodePoints text, int from, int to) {
    int contraction = contractionLength(text, from, to);
    if (contraction > 0) {
      return from + contraction;
    }
    int word = llama ? llamaWord(text, from, to) : gpt2Word(text, from, to);
    return word > from ? word : spaces(text, from, to);
  }

  private int contractionLength(CodePoints text, int from, int to) {
    if (text.at(from) != '\'') {
      return 0;
    }
    int first = letter(text, from + 1, to);
    int second = letter(text, from + 2, to);
    return switch (first) {
      case 's', 't', 'm', 'd' -> 2;
      case 'r', 'v' -> second == 'e' ? 3 : 0;
      case 'l' -> second == 'l' ? 3 : 0;
      default -> 0;
    };
  }

  /**
   * The character at {@code index}, in lower case where case does not count and it is a Latin
   * letter.
   */
  private int letter(CodePoints text, int index, int to) {
    int c = index < to ? text.at(index) : END;
    return llama && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  private static int gpt2Word(CodePoints text, int from, int to) {
    int start = from + 1 < to && text.at(from) == ' ' ? from + 1 : from;
    return switch (text.category(start)) {
      case WHITESPACE -> from;
      case LETTER -> run(text, start, to, UnicodeCategory.LETTER, Integer.MAX_VALUE);
      case NUMBER -> run(text, start, to, UnicodeCategory.NUMBER, Integer.MAX_VALUE);
      default -> signs(text, start, to);
    };
  }

  private int llamaWord(CodePoints text, int from, int to) {
    UnicodeCategory category = text.category(from);
    int c = text.at(from);
    if (category == UnicodeCategory.LETTER) {
      return run(text, from, to, category, Integer.MAX_VALUE);
    }
    if (category == UnicodeCategory.NUMBER) {
      return run(text, from, to, category, digits);
    }
    if (from + 1 < to && !isNewline(c) && text.category(from + 1) == UnicodeCategory.LETTER) {
      return run(text, from + 1, to, UnicodeCategory.LETTER, Integer.MAX_VALUE);
    }
    int start = from + 1 < to && c == ' ' ? from + 1 : from;
    int end = signs(text, start, to);
    if (end == start) {
      return from;
    }
    while (end < to && isNewline(text.at(end))) {
      end++;
    }
    return end;
  }

  private static int run(CodePoints text, int from, int to, UnicodeCategory category, int atMost) {
    int i = from;
    while (i < to && i - from < atMost && text.category(i) == category) {
      i++;
    }
    return i;
  }

  /** End of {@code [^\s\p{L}\p{N}]*}. */
  private static int signs(CodePoints text, int from, int to) {
    int i = from;
    while (i < to && isSign(text.category(i))) {
      i++;
    }
    return i;
  }

  private static boolean isSign(UnicodeCategory category) {
    return switch (category) {
      case WHITESPACE, LETTER, NUMBER -> false;
      case OTHER, MARK, PUNCTUATION, SYMBOL -> true;
    };
  }

  /**
   * White space, of which there is some: up to the last line break; else all but the last if a word
   * follows; else all.
   */
  private int spaces(CodePoints text, int from, int to) {
    int end = from;
    int lineEnd = from;
    while (end < to && text.category(end) == UnicodeCategory.WHITESPACE) {
      end++;
      lineEnd = isNewline(text.at(end - 1)) ? end : lineEnd;
    }
    if (llama && lineEnd > from) {
      return lineEnd;
    }
    return end < to && end - from > 1 ? end - 1 : end;
  }

  private static boolean isNewline(int c) {
    return c == '\r' || c == '\n';
  }
}
