package io.wasmchord.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * SentencePiece's byte-pair encoding, GGUF's model {@code llama}: characters join to the neighbours
 * with which they spell the token of the highest score; a character that has no token becomes byte
 * tokens. Spaces are spelled U+2581.
 *
 * <p>As in SentencePiece, and other than in llama.cpp, plain text never becomes a control, unknown
 * or byte token.
 */
final class SpmTokenizer extends VocabularyTokenizer {
  private static final char SPACE = '\u2581';

  /** Order in which tokens are made, by id: smaller is earlier. */
  private final int[] keys;

  /** Token of each byte, or -1 where the vocabulary has no way to spell it. */
  private final int[] byteTokens = new int[256];

  private final int longest;

  SpmTokenizer(Vocabulary vocabulary) {
    super(vocabulary);
    int size = size();
    keys = new int[size];
    int longestSoFar = 0;
    for (int id = 0; id < size; id++) {
      keys[id] = vocabulary.scores().length == 0 ? 0 : descending(vocabulary.scores()[id]);
      longestSoFar = Math.max(longestSoFar, piece(id).length());
    }
    longest = longestSoFar;
    for (int b = 0; b < byteTokens.length; b++) {
      String hex = Integer.toHexString(0x100 | b).substring(1).toUpperCase(Locale.ROOT);
      int named = idOf("<0x" + hex + ">");
      byteTokens[b] = named >= 0 ? named : vocabulary.special().unknown();
    }
  }

  /** An int that is smaller the greater {@code score} is. */
  private static int descending(float score) {
    int bits = Float.floatToRawIntBits(score + 0.0f); // adding 0 makes -0 the same as 0
    return ~(bits ^ (bits >> 31 & Integer.MAX_VALUE));
  }

  @Override
  boolean stripsLeadingSpace() {
    return vocabulary.rules().addSpacePrefix();
  }

  @Override
  byte[] ordinaryBytes(String piece) {
    return piece.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void encodeText(String text, IntList out) {
    String spaced = (vocabulary.rules().addSpacePrefix() ? " " + text : text).replace(' ', SPACE);
    new Merger(spaced).appendTo(out);
  }

  /** One text on its way to tokens; a symbol is a stretch of it. */
  private final class Merger extends PairMerger {
    private final String text;
    private final int count;

    /** Where symbols begin; [count] is the end of the text. */
    private final int[] starts;

    /** Tokens that the symbols are, or -1. */
    private final int[] tokens;

    /** Tokens that the symbols would be, joined with their right neighbours. */
    private final int[] joined;

    Merger(String text) {
      this.text = text;
      count = text.codePointCount(0, text.length());
      starts = new int[count + 1];
      tokens = new int[count];
      joined = new int[count];
      for (int i = 0; i < count; i++) {
        starts[i + 1] = starts[i] + Character.charCount(text.codePointAt(starts[i]));
        tokens[i] = plainIdOf(text.substring(starts[i], starts[i + 1]));
      }
    }

    private int end(int symbol) {
      return next(symbol) < 0 ? text.length() : starts[next(symbol)];
    }

    @Override
    int key(int left, int right) {
      int from = starts[left];
      int to = end(right);
      int token = to - from > longest ? -1 : plainIdOf(text.substring(from, to));
      joined[left] = token;
      return token < 0 ? NEVER : keys[token];
    }

    @Override
    void join(int left, int right) {
      tokens[left] = joined[left];
    }

    void appendTo(IntList out) {
      joinAll(count);
      for (int symbol = 0; symbol >= 0; symbol = next(symbol)) {
        if (tokens[symbol] >= 0) {
          out.add(tokens[symbol]);
        } else {
          appendBytes(text.substring(starts[symbol], end(symbol)), out);
        }
      }
    }
  }

  private void appendBytes(String character, IntList out) {
    for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
      int token = byteTokens[b & 0xFF];
      if (token >= 0) {
        out.add(token);
      }
    }
  }
}
