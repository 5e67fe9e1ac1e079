package io.wasmchord.tokenizer;

import io.wasmchord.gguf.Metadata;
import io.wasmchord.model.InvalidModelException;
import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * SentencePiece-style: the text's characters are merged pairwise, the pair with the best score
 * first, until no pair is a token; characters that are no token become their bytes.
 */
final class SpmTokenizer extends VocabularyTokenizer {
  private static final char SPACE = '\u2581';

  private final float[] scores;
  private final boolean addSpacePrefix;
  private final int[] byteTokens = new int[256];

  SpmTokenizer(Metadata m) {
    super(
        new Vocabulary(m, true),
        m.bool("tokenizer.ggml.add_bos_token", true),
        m.bool("tokenizer.ggml.add_eos_token", false));
    scores = m.floats("tokenizer.ggml.scores");
    if (scores.length != size()) {
      throw new InvalidModelException(
          "tokenizer.ggml.scores has " + scores.length + " entries for " + size() + " tokens");
    }
    addSpacePrefix = m.bool("tokenizer.ggml.add_space_prefix", true);
    for (int b = 0; b < 256; b++) {
      int id = idOf("<0x" + hex(b >> 4) + hex(b & 15) + ">");
      byteTokens[b] = id >= 0 ? id : vocabulary().unknown();
    }
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }

  @Override
  void encodePlain(String text, boolean afterSpecial, IntList out) {
    String spaced = addSpacePrefix && afterSpecial ? " " + text : text;
    new Merger(spaced.replace(' ', SPACE)).run(out);
  }

  @Override
  byte[] plainBytes(int id) {
    String piece = piece(id);
    if (vocabulary().kind(id) == Vocabulary.Kind.BYTE && piece.length() == 6) {
      return new byte[] {
        (byte) (Character.digit(piece.charAt(3), 16) << 4 | Character.digit(piece.charAt(4), 16))
      };
    }
    return piece.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(int[] ids, boolean special) {
    String text = super.decode(ids, special);
    return addSpacePrefix && text.startsWith(" ") ? text.substring(1) : text;
  }

  /** A pair of neighbours that would merge to a token; stale once either has changed. */
  private record Pair(float score, int left, int leftLength, int rightLength)
      implements Comparable<Pair> {
    @Override
    public int compareTo(Pair other) {
      int byScore = Float.compare(other.score, score);
      return byScore != 0 ? byScore : Integer.compare(left, other.left);
    }
  }

  /**
   * One text. Symbols are runs of chars, found by the index of their first; length 0 is no symbol.
   */
  private final class Merger {
    private final String text;
    private final int[] length;
    private final int[] previous;
    private final PriorityQueue<Pair> queue = new PriorityQueue<>();

    Merger(String text) {
      this.text = text;
      this.length = new int[text.length()];
      this.previous = new int[text.length()];
    }

    void run(IntList out) {
      int before = -1;
      for (int i = 0; i < text.length(); i += length[i]) {
        length[i] = Character.charCount(text.codePointAt(i));
        previous[i] = before;
        before = i;
      }
      for (int i = 0; i < text.length(); i += length[i]) {
        offer(i);
      }
      merge();
      for (int i = 0; i < text.length(); i += length[i]) {
        emit(text.substring(i, i + length[i]), out);
      }
    }

    private void offer(int left) {
      int right = left + length[left];
      if (left < 0 || right >= text.length()) {
        return;
      }
      int id = idOf(text.substring(left, right + length[right]));
      if (id >= 0) {
        queue.add(new Pair(scores[id], left, length[left], length[right]));
      }
    }

    private void merge() {
      for (@Nullable Pair pair = queue.poll(); pair != null; pair = queue.poll()) {
        int left = pair.left;
        int right = left + pair.leftLength;
        if (length[left] != pair.leftLength || length[right] != pair.rightLength) {
          continue;
        }
        length[left] += length[right];
        length[right] = 0;
        int next = left + length[left];
        if (next < text.length()) {
          previous[next] = left;
        }
        if (previous[left] >= 0) {
          offer(previous[left]);
        }
        offer(left);
      }
    }

    private void emit(String symbol, IntList out) {
      int id = idOf(symbol);
      if (id >= 0) {
        out.add(id);
        return;
      }
      for (byte b : symbol.getBytes(StandardCharsets.UTF_8)) {
        int token = byteTokens[b & 0xFF];
        if (token >= 0) {
          out.add(token);
        }
      }
    }
  }
}
