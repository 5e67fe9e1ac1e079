package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;

/**
 * The expression of EXAONE MoE, in which words with single spaces between them are one piece:
 * {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}|
 * ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+}.
 */
final class PhraseSplitter implements Splitter.Steps {
  @Override
  public int end(CodePoints text, int from, int to) {
    int contraction = Scan.contraction(text, from, to, true);
    if (contraction > from) {
      return contraction;
    }
    if (isLetter(text, from, to)) {
      return phrase(text, from, to);
    }
    if (text.category(from) == UnicodeCategory.NUMBER) {
      return from + 1;
    }
    if (!Scan.isNewline(text.at(from)) && isLetter(text, from + 1, to)) {
      return phrase(text, from + 1, to);
    }
    int start = from + 1 < to && text.at(from) == ' ' ? from + 1 : from;
    int end = Scan.signs(text, start, to, false);
    if (end == start) {
      return Scan.lines(text, from, to);
    }
    return end < to && Scan.isNewline(text.at(end)) ? end + 1 : end;
  }

  /** End of the phrase whose first letter is at {@code from}. */
  private static int phrase(CodePoints text, int from, int to) {
    int i = from + 1;
    while (i < to) {
      if (Scan.isLetter(text.category(i), true)) {
        i++;
      } else if (text.at(i) == ' ' && isLetter(text, i + 1, to)) {
        i += 2;
      } else {
        return i;
      }
    }
    return i;
  }

  private static boolean isLetter(CodePoints text, int index, int to) {
    return index < to && text.category(index).isLetter();
  }
}
