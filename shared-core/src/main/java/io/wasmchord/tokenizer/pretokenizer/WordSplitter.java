package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;

/**
 * Llama 3's expression and its variants: {@code
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
 * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
 *
 * @param digits how many digits stay together at most: 3 in Llama 3, 1 in Qwen 2
 * @param contractions whether there is the first alternative
 * @param marks whether {@code \p{M}} goes with {@code \p{L}} (in words, and not among signs), as in
 *     Qwen 3.5
 * @param signsTakeNewlines whether there is the {@code [\r\n]*}, which Seed-Coder has not
 */
record WordSplitter(int digits, boolean contractions, boolean marks, boolean signsTakeNewlines)
    implements Splitter.Steps {

  /** Llama 3's expression, with at most {@code digits} digits together. */
  static WordSplitter llama3(int digits) {
    return new WordSplitter(digits, true, false, true);
  }

  @Override
  public int end(CodePoints text, int from, int to) {
    int contraction = contractions ? Scan.contraction(text, from, to, true) : from;
    if (contraction > from) {
      return contraction;
    }
    UnicodeCategory category = text.category(from);
    if (Scan.isLetter(category, marks)) {
      return Scan.letters(text, from, to, marks);
    }
    if (category == UnicodeCategory.NUMBER) {
      return Scan.digits(text, from, to, digits);
    }
    int c = text.at(from);
    if (from + 1 < to && !Scan.isNewline(c) && Scan.isLetter(text.category(from + 1), marks)) {
      return Scan.letters(text, from + 1, to, marks);
    }
    int start = from + 1 < to && c == ' ' ? from + 1 : from;
    int end = Scan.signs(text, start, to, marks);
    if (end == start) {
      return Scan.lines(text, from, to);
    }
    return signsTakeNewlines ? Scan.skip(text, end, to, Scan::isNewline) : end;
  }
}
