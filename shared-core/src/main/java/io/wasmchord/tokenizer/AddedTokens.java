package io.wasmchord.tokenizer;

import java.util.List;

/** Cuts a text at the tokens that are looked for in it before anything else is done to it. */
final class AddedTokens {
  /** Takes the parts of a text in order. */
  interface Parts {
    /** A stretch of plain text, which is not empty. */
    void text(String text);

    void token(int id);
  }

  private final List<String> pieces;
  private final Stripping stripping;
  private final TokenTrie trie;

  /** The tokens {@code ids}, whose texts are {@code pieces} by id. */
  AddedTokens(List<String> pieces, int[] ids, Stripping stripping) {
    this.pieces = pieces;
    this.stripping = stripping;
    trie = new TokenTrie(pieces, ids);
  }

  /** The longest of the tokens whose spelling begins at {@code offset}, or -1. */
  int longestAt(String text, int offset) {
    return trie.longestAt(text, offset);
  }

  /** The longest of them that is not hidden there, or -1. */
  private int longestAt(String text, int offset, Tokenizer.Hidden hidden) {
    int found = -1;
    int node = TokenTrie.ROOT;
    for (int i = offset; i < text.length(); i++) {
      node = trie.child(node, text.charAt(i));
      if (node < 0) {
        break;
      }
      int id = trie.token(node);
      if (id >= 0 && !hidden.hides(id, offset, i + 1)) {
        found = id;
      }
    }
    return found;
  }

  void split(String text, Tokenizer.Hidden hidden, Parts parts) {
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      int id = longestAt(text, i, hidden);
      if (id < 0) {
        i++;
        continue;
      }
      String piece = pieces.get(id);
      emit(text, start, stripping.stripsBefore(piece) ? trimEnd(text, start, i) : i, parts);
      parts.token(id);
      i += piece.length();
      while (stripping.stripsAfter(piece)
          && i < text.length()
          && Stripping.isSpace(text.charAt(i))) {
        i++;
      }
      start = i;
    }
    emit(text, start, text.length(), parts);
  }

  private static int trimEnd(String text, int from, int to) {
    int end = to;
    while (end > from && Stripping.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }

  private static void emit(String text, int from, int to, Parts parts) {
    if (to > from) {
      parts.text(text.substring(from, to));
    }
  }
}
