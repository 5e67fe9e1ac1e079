package io.wasmchord.tokenizer;

import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * RWKV's World tokenizer, GGUF's model {@code rwkv}: from its start, the bytes of a text are cut
 * into the longest tokens there are. A token is any bytes; GGUF spells them as Python does ({@link
 * PythonBytes}).
 *
 * <p>Other than in llama.cpp, plain text never becomes a control token, or one that is not used.
 */
final class RwkvTokenizer extends VocabularyTokenizer {
  /** Of tokens with a character for each byte. */
  private final TokenTrie trie;

  RwkvTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    int[] ids = ids(t -> t == TokenType.NORMAL);
    List<String> spelled = new ArrayList<>(pieces);
    for (int i = 0; i < ids.length; i++) {
      check(caller, i);
      spelled.set(ids[i], latin1(PythonBytes.of(pieces.get(ids[i]))));
    }
    trie = new TokenTrie(spelled, ids);
  }

  private static String latin1(byte[] bytes) {
    char[] characters = new char[bytes.length];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = (char) (bytes[i] & 0xFF);
    }
    return String.valueOf(characters);
  }

  @Override
  boolean stripsLeadingSpace() {
    return false;
  }

  @Override
  byte[] ordinaryBytes(String piece) {
    return PythonBytes.of(piece);
  }

  @Override
  int byteToken(byte b) {
    return trie.longestAt(latin1(new byte[] {b}), 0);
  }

  @Override
  void encodeText(String text, IntList out) {
    String bytes = latin1(text.getBytes(StandardCharsets.UTF_8));
    for (int at = 0; at < bytes.length(); ) {
      int found = vocabulary.special().unknown();
      int end = at + 1;
      int node = TokenTrie.ROOT;
      for (int i = at; i < bytes.length(); i++) {
        node = trie.child(node, bytes.charAt(i));
        if (node < 0) {
          break;
        }
        if (trie.token(node) >= 0) {
          found = trie.token(node);
          end = i + 1;
        }
      }
      if (found >= 0) {
        out.add(found);
      }
      at = end;
    }
  }
}
