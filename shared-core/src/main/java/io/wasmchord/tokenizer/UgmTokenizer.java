package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's unigram model, GGUF's model {@code t5} (T5, and the embedders that have
 * XLM-RoBERTa's vocabulary): of all ways to cut a text into tokens, the one whose scores have the
 * largest sum (Viterbi's algorithm; Kudo, https://arxiv.org/abs/1804.10959). A character that is no
 * token is unknown, at a score 10 below the worst; neighbours that are unknown become one token.
 * Spaces are spelled U+2581.
 */
final class UgmTokenizer extends VocabularyTokenizer {
  private static final char SPACE = '\u2581';
  private static final double UNKNOWN_PENALTY = 10;

  private final TokenTrie trie;
  private final double unknownScore;

  UgmTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    if (vocabulary.scores().length == 0) {
      throw new InvalidModelException("tokenizer.ggml.scores is missing, which model t5 needs");
    }
    trie =
        new TokenTrie(
            pieces,
            ids(t ->
                t == TokenType.NORMAL || t == TokenType.USER_DEFINED || t == TokenType.UNUSED));
    double worst = 0;
    for (int id : ids(t -> t == TokenType.NORMAL || t == TokenType.UNUSED)) {
      float score = vocabulary.scores()[id];
      if (Float.isInfinite(score)) {
        throw new InvalidModelException(
            "tokenizer.ggml.scores["
                + id
                + "] is "
                + score
                + ", with which no text has a best way; the file may be converted wrongly");
      }
      worst = vocabulary.type(id) == TokenType.NORMAL ? Math.min(worst, score) : worst;
    }
    unknownScore = worst - UNKNOWN_PENALTY;
  }

  @Override
  boolean stripsLeadingSpace() {
    return vocabulary.rules().addSpacePrefix() || vocabulary.rules().mergeSpaces();
  }

  @Override
  byte[] ordinaryBytes(String piece) {
    return piece.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** The text that is cut: mapped, with spaces added, merged and spelled as the model wants. */
  private String normalized(String text) {
    TextRules rules = vocabulary.rules();
    String mapped = rules.characters().apply(text);
    StringBuilder out = new StringBuilder(mapped.length() + 1);
    boolean prefixed = !rules.addSpacePrefix();
    boolean inWord = false;
    for (int i = 0; i < mapped.length(); i++) {
      char c = mapped.charAt(i);
      if (c == ' ') {
        inWord = false;
        if (!rules.mergeSpaces()) {
          out.append(SPACE);
        }
        continue;
      }
      if (!inWord && (!prefixed || rules.mergeSpaces())) {
        out.append(SPACE);
        prefixed = true;
      }
      inWord = true;
      out.append(c);
    }
    return out.toString();
  }

  @Override
  void encodeText(String text, IntList out) {
    new Lattice(normalized(text)).encode(out);
  }

  /** The best way to each place of one text. */
  private final class Lattice {
    private final String text;
    private final double[] best; // sum of scores up to a place
    private final int[] last; // the token that ends there
    private final int[] before; // where that token begins

    Lattice(String text) {
      this.text = text;
      best = new double[text.length() + 1];
      last = new int[text.length() + 1];
      before = new int[text.length() + 1];
      Arrays.fill(best, 1, best.length, Double.NEGATIVE_INFINITY);
    }

    void encode(IntList out) {
      for (int at = 0; at < text.length(); ) {
        int next = at + Character.charCount(text.codePointAt(at));
        if (!offerTokens(at, next)) {
          offer(at, next, vocabulary.special().unknown(), unknownScore);
        }
        at = next;
      }
      append(out);
    }

    /**
     * Offers all tokens that begin at {@code at}; returns whether one of them ends at {@code next}.
     */
    private boolean offerTokens(int at, int next) {
      boolean found = false;
      int node = TokenTrie.ROOT;
      for (int i = at; i < text.length(); i++) {
        node = trie.child(node, text.charAt(i));
        if (node < 0) {
          break;
        }
        int token = trie.token(node);
        if (token >= 0) {
          boolean scored = vocabulary.type(token) != TokenType.USER_DEFINED;
          offer(at, i + 1, token, scored ? vocabulary.scores()[token] : 0);
          found |= i + 1 == next;
        }
      }
      return found;
    }

    private void offer(int from, int to, int token, double score) {
      if (best[from] + score > best[to]) {
        best[to] = best[from] + score;
        last[to] = token;
        before[to] = from;
      }
    }

    private void append(IntList out) {
      int unknown = vocabulary.special().unknown();
      int[] reversed = new int[text.length()];
      int count = 0;
      for (int at = text.length(); at > 0; at = before[at]) {
        int token = last[at];
        boolean again = token == unknown && count > 0 && reversed[count - 1] == unknown;
        if (token >= 0 && !again) {
          reversed[count++] = token;
        }
      }
      for (int i = count - 1; i >= 0; i--) {
        out.add(reversed[i]);
      }
    }
  }
}
