package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;

/**
 * The expression of Jais 2: {@linkplain WordSplitter Llama 3's}, but that white space comes in
 * powers of two. In place of {@code \s+(?!\S)|\s+} it has {@code \s{k}(?!\S)} for k of 512, 256 and
 * so on to 4, and {@code \s{1,2}(?!\S)|\s{1}}.
 */
final class Jais2Splitter implements Splitter {
  private static final WordSplitter WORDS = WordSplitter.llama3(3);
  private static final int LONGEST = 512;

  @Override
  public void split(CodePoints text, int from, int to, PreTokenizer.Pieces pieces) {
    for (int at = from; at < to; ) {
      int end = WORDS.end(text, at, to);
      if (text.category(end - 1) != UnicodeCategory.WHITESPACE
          || Scan.isNewline(text.at(end - 1))) {
        pieces.accept(at, end);
        at = end;
      }
      while (at < end) {
        int length = Math.min(LONGEST, Integer.highestOneBit(end - at));
        pieces.accept(at, at + length);
        at += length;
      }
    }
  }
}
