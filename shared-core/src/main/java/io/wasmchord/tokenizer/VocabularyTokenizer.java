package io.wasmchord.tokenizer;

import io.wasmchord.model.InvalidModelException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What both kinds of tokenizer share: the vocabulary, special tokens, and the way from ids to text.
 */
abstract sealed class VocabularyTokenizer implements Tokenizer permits SpmTokenizer, BpeTokenizer {
  private static final byte[] NO_BYTES = new byte[0];

  final Vocabulary vocabulary;
  private final List<String> pieces;
  private final TokenType[] types;
  private final Map<String, Integer> ids;
  private final BitSet endOfGeneration = new BitSet();

  /**
   * Tokens that text is split at always, and those that it is split at when special tokens are
   * parsed.
   */
  private final TokenTrie userDefined;

  private final TokenTrie special;
  private final TokenTrie control;

  VocabularyTokenizer(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    int size = vocabulary.tokens().size();
    pieces = new ArrayList<>(size);
    types = new TokenType[size];
    ids = new HashMap<>(size * 2);
    for (int id = 0; id < size; id++) {
      addToken(id);
    }
    for (int id : new int[] {vocabulary.eos(), vocabulary.eot(), vocabulary.eom()}) {
      if (id >= 0) {
        endOfGeneration.set(id);
      }
    }
    control = trie(t -> t == TokenType.CONTROL || t == TokenType.UNKNOWN);
    userDefined = trie(t -> t == TokenType.USER_DEFINED);
    special =
        trie(t -> t == TokenType.USER_DEFINED || t == TokenType.CONTROL || t == TokenType.UNKNOWN);
  }

  private void addToken(int id) {
    String spelling = vocabulary.tokens().get(id);
    // Nothing may be spelled as the empty text, or splitting at it would never end.
    String piece = spelling.isEmpty() ? "[EMPTY_" + id + "]" : spelling;
    pieces.add(piece);
    boolean ends = EndOfGeneration.isSpelling(piece);
    endOfGeneration.set(id, ends);
    types[id] = ends ? TokenType.CONTROL : vocabulary.type(id);
    if (types[id] == TokenType.BYTE) {
      checkByte(piece, id);
    }
    Integer other = ids.putIfAbsent(piece, id);
    if (other != null) {
      throw new InvalidModelException(
          "tokenizer.ggml.tokens has \"%s\" twice, as %d and as %d".formatted(piece, other, id));
    }
  }

  private static void checkByte(String piece, int id) {
    boolean spelled = piece.length() == 6 && piece.startsWith("<0x") && piece.endsWith(">");
    if (!spelled
        || Character.digit(piece.charAt(3), 16) < 0
        || Character.digit(piece.charAt(4), 16) < 0) {
      throw new InvalidModelException(
          "tokenizer.ggml.tokens[%d] is \"%s\", but a byte token is spelled <0xNN>"
              .formatted(id, piece));
    }
  }

  private TokenTrie trie(Predicate<TokenType> which) {
    IntList found = new IntList();
    for (int id = 0; id < types.length; id++) {
      if (which.test(types[id])) {
        found.add(id);
      }
    }
    return new TokenTrie(pieces, found.toArray());
  }

  /**
   * Appends the tokens of {@code text}, which is not empty, is well-formed UTF-16 and has no
   * special tokens to look for.
   */
  abstract void encodeText(String text, IntList out);

  /** The bytes that an ordinary token spelled {@code piece} stands for. */
  abstract byte[] ordinaryBytes(String piece);

  /** Whether decode() leaves out a space at the start of the text. */
  abstract boolean stripsLeadingSpace();

  /** The id of the token that plain text {@code piece} becomes, or -1. */
  final int plainIdOf(String piece) {
    int id = idOf(piece);
    return id >= 0 && types[id].isReserved() ? -1 : id;
  }

  @Override
  public final int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    IntList out = new IntList();
    if (addSpecial && vocabulary.addBos()) {
      out.add(vocabulary.bos());
    }
    split(wellFormed(text), parseSpecial ? special : userDefined, out);
    if (addSpecial && vocabulary.addEos()) {
      out.add(vocabulary.eos());
    }
    return out.toArray();
  }

  private void split(String text, TokenTrie at, IntList out) {
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      int id = at.longestAt(text, i);
      if (id < 0) {
        i++;
        continue;
      }
      if (i > start) {
        encodeText(text.substring(start, i), out);
      }
      out.add(id);
      i += pieces.get(id).length();
      start = i;
    }
    if (start < text.length()) {
      encodeText(text.substring(start), out);
    }
  }

  /** {@code text} with U+FFFD in the place of surrogates that have no partner. */
  private static String wellFormed(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
        i++;
        continue;
      }
      repaired = repaired == null ? new StringBuilder(text) : repaired;
      repaired.setCharAt(i, '\uFFFD');
    }
    return repaired == null ? text : repaired.toString();
  }

  @Override
  public final byte[] bytes(int id, boolean special) {
    String piece = piece(id);
    return switch (types[id]) {
      case CONTROL, UNKNOWN -> special ? piece.getBytes(StandardCharsets.UTF_8) : NO_BYTES;
      case USER_DEFINED -> piece.getBytes(StandardCharsets.UTF_8);
      case NORMAL -> ordinaryBytes(piece);
      case BYTE -> new byte[] {byteOf(piece)};
      case UNUSED, UNDEFINED -> NO_BYTES;
    };
  }

  /** The byte that a token spelled {@code <0xNN>} stands for. */
  private static byte byteOf(String piece) {
    return (byte)
        (Character.digit(piece.charAt(3), 16) << 4 | Character.digit(piece.charAt(4), 16));
  }

  @Override
  public final String decode(int[] tokenIds, boolean special) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean atStart = stripsLeadingSpace();
    for (int id : tokenIds) {
      byte[] bytes = bytes(id, special);
      int from = atStart && bytes.length > 0 && bytes[0] == ' ' ? 1 : 0;
      out.write(bytes, from, bytes.length - from);
      atStart &= bytes.length == 0;
    }
    Utf8Stream text = new Utf8Stream();
    return text.push(out.toByteArray()) + text.flush();
  }

  @Override
  public final int size() {
    return types.length;
  }

  @Override
  public final String piece(int id) {
    if (id < 0 || id >= types.length) {
      throw new IllegalArgumentException(
          "there is no token " + id + ": the vocabulary has " + types.length);
    }
    return pieces.get(id);
  }

  @Override
  public final int idOf(String piece) {
    return ids.getOrDefault(piece, -1);
  }

  @Override
  public final int controlAt(String text, int offset) {
    return control.longestAt(text, offset);
  }

  @Override
  public final int bos() {
    return vocabulary.bos();
  }

  @Override
  public final int eos() {
    return vocabulary.eos();
  }

  @Override
  public final boolean isEndOfGeneration(int id) {
    return id >= 0 && endOfGeneration.get(id);
  }
}
