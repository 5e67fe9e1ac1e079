package io.wasmchord.tokenizer;

import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;

/**
 * BERT's WordPiece, GGUF's model {@code bert}: a word is cut, from its start, into the longest
 * tokens there are; a word that cannot be cut so is unknown. In GGUF, tokens that begin a word are
 * spelled with U+2581 in front (BERT itself marks the others, with {@code ##}).
 *
 * <p>As in BERT, and other than in llama.cpp, a word of more than 100 characters is unknown, of
 * marks only the non-spacing ones are accents, and of a Hangul syllable all letters stay, where
 * llama.cpp keeps the first.
 */
final class WpmTokenizer extends VocabularyTokenizer {
  private static final char WORD_START = '\u2581';

  /** Hugging Face's max_input_chars_per_word. */
  private static final int MAX_WORD = 100;

  private final TokenTrie trie;

  WpmTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    trie = new TokenTrie(pieces, ids(type -> type == TokenType.NORMAL));
  }

  @Override
  boolean stripsLeadingSpace() {
    return true;
  }

  @Override
  byte[] ordinaryBytes(String piece) {
    return piece.replace(WORD_START, ' ').getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void encodeText(String text, IntList out) {
    BertWords.split(text, vocabulary.rules(), word -> encodeWord(word, out));
  }

  /** A piece within a word; what is spelled with U+2581 and more begins one. */
  private int within(String spelled, int i) {
    return spelled.charAt(i) == WORD_START
        ? plainIdOf(String.valueOf(WORD_START))
        : trie.longestAt(spelled, i);
  }

  private void encodeWord(String word, IntList out) {
    int before = out.size();
    String spelled = WORD_START + word;
    boolean known = word.codePointCount(0, word.length()) <= MAX_WORD;
    for (int i = 0; known && i < spelled.length(); ) {
      int id = i == 0 ? trie.longestAt(spelled, 0) : within(spelled, i);
      known = id >= 0;
      if (known) {
        out.add(id);
        i += piece(id).length();
      }
    }
    if (!known) {
      out.truncate(before);
      if (vocabulary.special().unknown() >= 0) {
        out.add(vocabulary.special().unknown());
      }
    }
  }
}
