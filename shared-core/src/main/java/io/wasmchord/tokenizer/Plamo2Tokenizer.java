package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * PLaMo 2's tokenizer, GGUF's model {@code plamo2}: of all ways to cut a text into tokens, the one
 * whose scores have the largest sum, found from the text's end; among equals, the longest token
 * first. Scores count in ten-thousandths. A character can always be cut off as its bytes, at a
 * score of -1000.
 *
 * <p>Other than in llama.cpp, plain text never becomes a control token, or one that is not used.
 */
final class Plamo2Tokenizer extends VocabularyTokenizer {
  private static final int NO_TOKEN = -1;
  private static final double STEPS = 1e4;
  private static final int UNKNOWN = -10_000_000;

  /** Scores up to this one are not to be had. */
  private static final int LEAST = -20_000_000;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final TokenTrie trie;

  /** By id. */
  private final int[] scores;

  private final ByteTokens byteTokens;

  Plamo2Tokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    if (vocabulary.scores().length == 0) {
      throw new InvalidModelException("tokenizer.ggml.scores is missing, which model plamo2 needs");
    }
    byteTokens = new ByteTokens(this::idOf, NO_TOKEN);
    for (int b = 0; b < 256; b++) {
      if (byteTokens.of((byte) b) < 0) {
        throw new InvalidModelException(
            "tokenizer.ggml.tokens has no "
                + ByteTokens.spelling((byte) b)
                + "; model plamo2 needs the tokens of all bytes");
      }
    }
    scores = new int[size()];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = inSteps(vocabulary.scores()[id]);
    }
    trie = new TokenTrie(pieces, ids(t -> t == TokenType.NORMAL || t == TokenType.USER_DEFINED));
  }

  /** Rounded to the nearest step, halves away from 0. */
  private static int inSteps(float score) {
    int steps = (int) Math.floor(Math.abs(score) * STEPS + 0.5);
    return Float.isInfinite(score) ? LEAST : score < 0 ? -steps : steps;
  }

  @Override
  boolean stripsLeadingSpace() {
    return false;
  }

  @Override
  byte[] ordinaryBytes(String piece) {
    return piece.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void encodeText(String text, IntList out) {
    String marked = text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    new Ways(marked).append(out);
  }

  /** The best way from each place of a text to its end. */
  private final class Ways {
    private final String text;
    private final long[] costs;

    /** The token that the best way begins with, or -1 for a character's bytes. */
    private final int[] tokens;

    Ways(String text) {
      this.text = text;
      costs = new long[text.length() + 1];
      tokens = new int[text.length()];
      Arrays.fill(costs, 0, text.length(), Long.MAX_VALUE);
      for (int at = text.length() - 1; at >= 0; at--) {
        if (!Character.isLowSurrogate(text.charAt(at))) {
          find(at);
        }
      }
    }

    private void find(int at) {
      int node = TokenTrie.ROOT;
      offer(at, NO_TOKEN, end(at), UNKNOWN);
      for (int i = at; i < text.length(); i++) {
        node = trie.child(node, text.charAt(i));
        if (node < 0) {
          break;
        }
        int token = trie.token(node);
        if (token >= 0 && scores[token] > LEAST) {
          offer(at, token, i + 1, scores[token]);
        }
      }
    }

    /** Where the character at {@code at} ends. */
    private int end(int at) {
      return at + Character.charCount(text.codePointAt(at));
    }

    /** Offered from the shortest on, so that among equals the last one counts. */
    private void offer(int at, int token, int end, int score) {
      long cost = costs[end] - score;
      if (cost <= costs[at]) {
        costs[at] = cost;
        tokens[at] = token;
      }
    }

    void append(IntList out) {
      for (int at = 0; at < text.length(); ) {
        if (tokens[at] == NO_TOKEN) {
          byteTokens.append(text.substring(at, end(at)), out);
          at = end(at);
        } else {
          out.add(tokens[at]);
          at += piece(tokens[at]).length();
        }
      }
    }
  }
}
