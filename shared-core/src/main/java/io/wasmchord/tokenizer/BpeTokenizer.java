package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.host.RunControl;
import io.wasmchord.maps.LongIntMap;
import io.wasmchord.tokenizer.pretokenizer.CodePoints;
import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import io.wasmchord.tokenizer.unicode.Composition;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Byte-level byte-pair encoding, GGUF's model {@code gpt2}: text is cut into pieces, and in each
 * piece the bytes join by the rank of their merge.
 */
final class BpeTokenizer extends VocabularyTokenizer {
  private final PreTokenizer preTokenizer;

  /** Token of each byte alone, or -1. */
  private final int[] byteTokens = new int[256];

  /** Rank of a merge by its two tokens, and the token that each merge makes. */
  private final LongIntMap ranks;

  private final int[] merged;

  BpeTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    preTokenizer = PreTokenizer.named(vocabulary.pre());
    for (int b = 0; b < byteTokens.length; b++) {
      byteTokens[b] = plainIdOf(String.valueOf(ByteAlphabet.character((byte) b)));
    }
    List<String> merges = vocabulary.merges();
    if (merges.isEmpty()) {
      throw new InvalidModelException(
          "tokenizer.ggml.merges is missing or empty, which model gpt2 needs");
    }
    ranks = new LongIntMap(merges.size());
    merged = new int[merges.size()];
    for (int rank = 0; rank < merged.length; rank++) {
      check(caller, rank);
      addMerge(rank, merges.get(rank));
    }
  }

  private void addMerge(int rank, String merge) {
    // A token may itself begin with a space, so the one between the two is looked for from the
    // second character on.
    int space = merge.indexOf(' ', 1);
    int left = space < 0 ? -1 : idOf(merge.substring(0, space));
    int right = space < 0 ? -1 : idOf(merge.substring(space + 1));
    int result = space < 0 ? -1 : idOf(merge.substring(0, space) + merge.substring(space + 1));
    if (left < 0 || right < 0 || result < 0) {
      throw new InvalidModelException(
          "tokenizer.ggml.merges[%d] is \"%s\", which does not join two tokens to a token"
              .formatted(rank, merge));
    }
    ranks.putIfAbsent(pair(left, right), rank);
    merged[rank] = result;
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  @Override
  boolean stripsLeadingSpace() {
    return false;
  }

  /**
   * The bytes that the characters of {@code piece} stand for; a character that stands for none is
   * taken as itself.
   */
  @Override
  byte[] ordinaryBytes(String piece) {
    byte[] bytes = new byte[piece.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = ByteAlphabet.byteOf(piece.charAt(i));
      if (b < 0) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }

  @Override
  void encodeText(String text, IntList out) {
    CodePoints codePoints =
        new CodePoints(vocabulary.rules().composed() ? Composition.of(text) : text);
    Merger merger = new Merger(codePoints.utf8());
    preTokenizer.split(
        codePoints,
        (from, to) -> merger.encode(codePoints.byteOffset(from), codePoints.byteOffset(to), out));
  }

  /** Encodes pieces of one text; its arrays are used again from piece to piece. */
  private final class Merger extends PairMerger {
    private final byte[] utf8;
    private int[] tokens = new int[0];

    Merger(byte[] utf8) {
      this.utf8 = utf8;
    }

    void encode(int from, int to, IntList out) {
      if (preTokenizer.wholePieces()) {
        int whole = to - from > Vocabulary.MAX_TOKEN_LENGTH ? -1 : plainIdOf(spell(from, to));
        if (whole >= 0) {
          out.add(whole);
          return;
        }
      }
      int count = to - from;
      if (tokens.length < count) {
        tokens = new int[count];
      }
      for (int i = 0; i < count; i++) {
        tokens[i] = byteTokens[utf8[from + i] & 0xFF];
      }
      joinAll(count);
      for (int symbol = 0; symbol >= 0; symbol = next(symbol)) {
        int token = tokens[symbol] >= 0 ? tokens[symbol] : vocabulary.special().unknown();
        if (token >= 0) {
          out.add(token);
        }
      }
    }

    private String spell(int from, int to) {
      StringBuilder spelled = new StringBuilder(to - from);
      for (int i = from; i < to; i++) {
        spelled.append(ByteAlphabet.character(utf8[i]));
      }
      return spelled.toString();
    }

    @Override
    int key(int left, int right) {
      if (tokens[left] < 0 || tokens[right] < 0) {
        return NEVER;
      }
      int rank = ranks.get(pair(tokens[left], tokens[right]));
      return rank == LongIntMap.ABSENT ? NEVER : rank;
    }

    @Override
    void join(int left, int right) {
      tokens[left] = merged[ranks.get(pair(tokens[left], tokens[right]))];
    }
  }
}
