package io.wasmchord.tokenizer;

import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import io.wasmchord.tokenizer.unicode.UnicodeMappings;

/**
 * Byte-pair encoding of words, GGUF's model {@code whitespace} (Jina's Chinese embedder): white
 * space only parts words, and has no tokens.
 */
final class WhitespaceTokenizer extends BpeTokenizer {
  WhitespaceTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
  }

  @Override
  void encodeText(String text, IntList out) {
    boolean lowercase = vocabulary.rules().lowercase();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (UnicodeCategory.of(c) == UnicodeCategory.WHITESPACE) {
        encodeWord(word, out);
      } else {
        word.appendCodePoint(lowercase ? UnicodeMappings.lowerCase(c) : c);
      }
    }
    encodeWord(word, out);
  }

  private void encodeWord(StringBuilder word, IntList out) {
    if (!word.isEmpty()) {
      super.encodeText(word.toString(), out);
      word.setLength(0);
    }
  }
}
