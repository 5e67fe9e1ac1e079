package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import java.util.function.IntPredicate;

/**
 * The digits of AFMoE (Arcee's Trinity): {@code \P{N}*\p{N}{1,3}(?=(\p{N}{3})*(?!\p{N}))}. Groups
 * of three are counted from the right, and the first group stays with what is before it.
 */
final class LeadingDigitGroups implements Splitter {
  private static final IntPredicate NUMBER = c -> UnicodeCategory.of(c) == UnicodeCategory.NUMBER;

  @Override
  public void split(CodePoints text, int from, int to, PreTokenizer.Pieces pieces) {
    int start = from;
    int at = from;
    while (at < to) {
      int first = Scan.skip(text, at, to, NUMBER.negate());
      int end = Scan.skip(text, first, to, NUMBER);
      int length = end - first;
      for (int groups = (length + 2) / 3 - 1; groups >= 0; groups--) {
        pieces.accept(start, end - 3 * groups);
        start = end - 3 * groups;
      }
      at = end;
    }
    if (start < to) {
      pieces.accept(start, to);
    }
  }
}
