package io.wasmchord.tokenizer.pretokenizer;

/**
 * Decimal digits in groups of three, counted from the right.
 *
 * @param isolated as in Tiny Aya: {@code \d{1,3}(?=(?:\d{3})*\b)}, so that the first group is a
 *     piece of its own, and digits that a word goes on after stay as they are; else, as in
 *     SuperBPE, cuts at {@code (?=(\d{3})+(?!\d))}, so that fewer than three digits stay with what
 *     is before them
 */
record DigitGroups(boolean isolated) implements Splitter {
  @Override
  public void split(CodePoints text, int from, int to, PreTokenizer.Pieces pieces) {
    int start = from;
    for (int at = from; at < to; ) {
      int first = Scan.skip(text, at, to, CodePointSets.DIGIT.negate());
      int end = Scan.skip(text, first, to, CodePointSets.DIGIT);
      at = end;
      if (isolated && end < to && isWord(text, end)) {
        continue;
      }
      start = isolated ? cut(start, first, pieces) : start;
      for (int group = first + (end - first) % 3; group < end; group += 3) {
        start = cut(start, group, pieces);
      }
      start = isolated ? cut(start, end, pieces) : start;
    }
    cut(start, to, pieces);
  }

  /** Gives what is between two cuts, if anything. */
  private static int cut(int start, int at, PreTokenizer.Pieces pieces) {
    if (at > start) {
      pieces.accept(start, at);
    }
    return at;
  }

  /** {@code \w}, of characters that are no digits. */
  private static boolean isWord(CodePoints text, int index) {
    return Scan.isLetter(text.category(index), true)
        || CodePointSets.CONNECTOR.test(text.at(index));
  }
}
