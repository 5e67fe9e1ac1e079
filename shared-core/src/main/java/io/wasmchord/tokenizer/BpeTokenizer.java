package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.host.RunControl;
import io.wasmchord.maps.LongIntMap;
import io.wasmchord.tokenizer.pretokenizer.CodePoints;
import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import io.wasmchord.tokenizer.unicode.Composition;
import io.wasmchord.tokenizer.unicode.IntList;
import java.util.List;

/**
 * Byte-pair encoding, GGUF's models {@code gpt2} and {@code gemma4}: text is cut into pieces, and
 * in each piece the parts (bytes, or characters) join by the rank of their merge.
 */
sealed class BpeTokenizer extends VocabularyTokenizer permits DnaTokenizer, WhitespaceTokenizer {
  private final PreTokenizer preTokenizer;
  private final BpeSpelling spelling;

  /** Rank of a merge by its two tokens, and the token that each merge makes. */
  private final LongIntMap ranks;

  private final int[] merged;

  BpeTokenizer(Vocabulary vocabulary, RunControl caller) {
    super(vocabulary, caller);
    preTokenizer = PreTokenizer.named(vocabulary.pre());
    int unknown = vocabulary.special().unknown();
    spelling =
        switch (preTokenizer.spelling()) {
          case BYTES -> new ByteSpelling(this::plainIdOf, unknown);
          case CHARACTERS, CHARACTERS_AND_BARS ->
              new CharacterSpelling(
                  pieces,
                  this::plainIdOf,
                  new ByteTokens(this::idOf, unknown),
                  preTokenizer.spelling() == PreTokenizer.Spelling.CHARACTERS_AND_BARS);
        };
    List<String> merges = vocabulary.merges();
    if (merges.isEmpty() && preTokenizer.merged()) {
      throw new InvalidModelException(
          "tokenizer.ggml.merges is missing or empty, which model "
              + vocabulary.model()
              + " needs");
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
    int left = space < 0 ? -1 : ids.find(merge, 0, space);
    int right = space < 0 ? -1 : ids.find(merge, space + 1, merge.length());
    int result = space < 0 ? -1 : ids.findWithout(merge, space);
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

  @Override
  byte[] ordinaryBytes(String piece) {
    return spelling.bytes(piece);
  }

  @Override
  void encodeText(String text, IntList out) {
    String composed = vocabulary.rules().composed() ? Composition.of(text) : text;
    CodePoints codePoints = new CodePoints(spelling.prepared(composed));
    Merger merger = new Merger(codePoints);
    preTokenizer.split(codePoints, (from, to) -> merger.encode(from, to, out));
  }

  /** Encodes pieces of one text; its arrays are used again from piece to piece. */
  private final class Merger extends PairMerger {
    private final CodePoints text;
    private int[] tokens = new int[0];

    Merger(CodePoints text) {
      this.text = text;
    }

    void encode(int from, int to, IntList out) {
      int count = spelling.parts(text, from, to);
      if (isTakenWhole(from) && count <= Vocabulary.MAX_TOKEN_LENGTH) {
        int whole = plainIdOf(spelling.spell(text, from, to));
        if (whole >= 0) {
          out.add(whole);
          return;
        }
      }
      if (tokens.length < count) {
        tokens = new int[count];
      }
      spelling.tokens(text, from, to, tokens);
      joinAll(count);
      for (int symbol = 0; symbol >= 0; symbol = next(symbol)) {
        if (tokens[symbol] >= 0) {
          out.add(tokens[symbol]);
        } else {
          spelling.append(tokens[symbol], out);
        }
      }
    }

    /** Whether the piece that begins at {@code from} is a token at once, if it is one. */
    private boolean isTakenWhole(int from) {
      return switch (preTokenizer.whole()) {
        case NONE -> false;
        case LINE_BREAKS -> text.at(from) == '\n';
        case ALL -> true;
      };
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
