package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;

/**
 * GPT-2's expression: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+|
 * ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}.
 */
final class Gpt2Splitter implements Splitter.Steps {
  @Override
  public int end(CodePoints text, int from, int to) {
    int contraction = Scan.contraction(text, from, to, false);
    if (contraction > from) {
      return contraction;
    }
    int start = from + 1 < to && text.at(from) == ' ' ? from + 1 : from;
    UnicodeCategory category = text.category(start);
    if (category == UnicodeCategory.WHITESPACE) {
      return Scan.spaces(text, from, to);
    }
    if (category == UnicodeCategory.NUMBER) {
      return Scan.digits(text, start, to, Integer.MAX_VALUE);
    }
    return category.isLetter()
        ? Scan.letters(text, start, to, false)
        : Scan.signs(text, start, to, false);
  }
}
