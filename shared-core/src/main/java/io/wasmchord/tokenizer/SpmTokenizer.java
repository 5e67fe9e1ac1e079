package io.wasmchord.tokenizer;

import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
  private static final int NONE = -1;

  /** Order in which tokens are made, by id: smaller is earlier. */
  private final int[] keys;

  private final ByteTokens byteTokens;

  private final int longest;

  /** Token of each character of the basic plane, or -1. */
  private final int[] characterTokens = new int[1 << Character.SIZE];

  private final NeighbourSet neighbours = new NeighbourSet();

  SpmTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    Arrays.fill(characterTokens, NONE);
    int size = size();
    keys = new int[size];
    int longestSoFar = 0;
    for (int id = 0; id < size; id++) {
      check(caller, id);
      keys[id] = vocabulary.scores().length == 0 ? 0 : descending(vocabulary.scores()[id]);
      longestSoFar = Math.max(longestSoFar, piece(id).length());
      addPlain(piece(id));
    }
    longest = longestSoFar;
    byteTokens = new ByteTokens(this::idOf, vocabulary.special().unknown());
  }

  private void addPlain(String piece) {
    int id = plainIdOf(piece);
    if (id >= 0 && piece.length() == 1) {
      characterTokens[piece.charAt(0)] = id;
    } else if (id >= 0) {
      neighbours.addAll(piece);
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
    Merger merger = new Merger(spaced);
    int start = 0;
    for (int i = 1; i <= spaced.length(); i++) {
      if (i == spaced.length() || neighbours.canCut(spaced, i)) {
        merger.encode(start, i, out);
        start = i;
      }
    }
  }

  /** Encodes stretches of one text; a symbol is a part of the stretch. */
  private final class Merger extends PairMerger {
    private final String text;
    private final PairCache pairs;

    /** Where symbols begin; [count] is the end of the stretch. */
    private int[] starts = new int[0];

    private int count;

    /** Tokens that the symbols are; {@link #unknown(int)} for those that are none. */
    private int[] tokens = new int[0];

    /** Tokens that the symbols would be, joined with their right neighbours. */
    private int[] joined = new int[0];

    Merger(String text) {
      this.text = text;
      pairs = new PairCache(text.length());
    }

    void encode(int from, int to, IntList out) {
      if (tokens.length < to - from) {
        starts = new int[to - from + 1];
        tokens = new int[to - from];
        joined = new int[to - from];
      }
      count = 0;
      for (int at = from; at < to; count++) {
        int codePoint = text.codePointAt(at);
        int end = at + Character.charCount(codePoint);
        int token = end == at + 1 ? characterTokens[codePoint] : plainIdOf(text.substring(at, end));
        starts[count] = at;
        tokens[count] = token < 0 ? unknown(codePoint) : token;
        at = end;
      }
      starts[count] = to;
      joinAll(count);
      for (int symbol = 0; symbol >= 0; symbol = next(symbol)) {
        if (tokens[symbol] >= 0) {
          out.add(tokens[symbol]);
        } else {
          byteTokens.append(text.substring(starts[symbol], end(symbol)), out);
        }
      }
    }

    /** A number below all tokens that stands for a character that is none. */
    private static int unknown(int codePoint) {
      return ~codePoint;
    }

    private int end(int symbol) {
      return next(symbol) < 0 ? starts[count] : starts[next(symbol)];
    }

    @Override
    int key(int left, int right) {
      int token = pairs.get(tokens[left], tokens[right]);
      if (token == PairCache.ABSENT) {
        int from = starts[left];
        int to = end(right);
        token = to - from > longest ? NONE : plainIdOf(text.substring(from, to));
        pairs.put(tokens[left], tokens[right], token);
      }
      joined[left] = token;
      return token < 0 ? NEVER : keys[token];
    }

    @Override
    void join(int left, int right) {
      tokens[left] = joined[left];
    }
  }
}
