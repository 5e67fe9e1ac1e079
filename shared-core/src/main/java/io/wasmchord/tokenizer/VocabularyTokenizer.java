package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.errors.InvalidTokensException;
import io.wasmchord.host.RunControl;
import io.wasmchord.maps.StringIndex;
import io.wasmchord.tokenizer.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What all kinds of tokenizer share: the vocabulary, special tokens, and the way from ids to text.
 */
abstract sealed class VocabularyTokenizer implements Tokenizer
    permits SpmTokenizer, BpeTokenizer, WpmTokenizer, UgmTokenizer, RwkvTokenizer, Plamo2Tokenizer {
  private static final int CHECKED = 1024; // steps between two looks at the control
  private static final byte[] NO_BYTES = new byte[0];
  private static final Hidden NOTHING_HIDDEN = (id, from, to) -> false;

  final Vocabulary vocabulary;
  final List<String> pieces;
  private final TokenType[] types;

  /** Spellings; a token's number is its id. */
  final StringIndex ids = new StringIndex();

  private final BitSet endOfGeneration = new BitSet();
  private final Map<Class<?>, Object> derived = new HashMap<>();

  /**
   * Tokens that text is split at always, and those that it is split at when special tokens are
   * parsed.
   */
  private final AddedTokens userDefined;

  private final AddedTokens special;
  private final TokenTrie control;

  VocabularyTokenizer(Vocabulary vocabulary, RunControl caller) {
    this.vocabulary = vocabulary;
    int size = vocabulary.tokens().size();
    pieces = ids.keys();
    types = new TokenType[size];
    for (int id = 0; id < size; id++) {
      check(caller, id);
      addToken(id);
    }
    for (int id = 0; id < size; id++) {
      check(caller, id);
      setType(id);
    }
    SpecialTokens roles = vocabulary.special();
    roles
        .ends()
        .filter(id -> !KnownTokens.neverEnds(pieces.get(id), this::has))
        .forEach(endOfGeneration::set);
    Stripping stripping = vocabulary.rules().stripping();
    userDefined = new AddedTokens(pieces, ids(t -> t == TokenType.USER_DEFINED), stripping);
    special = new AddedTokens(pieces, ids(VocabularyTokenizer::isSpecial), stripping);
    control = new TokenTrie(pieces, ids(t -> t == TokenType.CONTROL || t == TokenType.UNKNOWN));
  }

  /** Lets the caller stop what is built, step by step. */
  static void check(RunControl caller, int step) {
    if (step % CHECKED == 0) {
      caller.check();
    }
  }

  private static boolean isSpecial(TokenType type) {
    return type == TokenType.USER_DEFINED || type == TokenType.CONTROL || type == TokenType.UNKNOWN;
  }

  private void addToken(int id) {
    String spelling = vocabulary.tokens().get(id);
    // Nothing may be spelled as the empty text, or splitting at it would never end.
    String piece = spelling.isEmpty() ? "[EMPTY_" + id + "]" : spelling;
    int other = ids.add(piece);
    if (other != id) {
      throw new InvalidModelException(
          "tokenizer.ggml.tokens has \"%s\" twice, as %d and as %d".formatted(piece, other, id));
    }
  }

  private void setType(int id) {
    String piece = pieces.get(id);
    endOfGeneration.set(id, KnownTokens.ends(piece, this::has));
    types[id] = KnownTokens.type(piece, vocabulary.type(id), this::has);
    if (types[id] == TokenType.BYTE) {
      checkByte(piece, id);
    }
  }

  private boolean has(String piece) {
    return idOf(piece) >= 0;
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

  /** The tokens whose type is one of {@code which}. */
  final int[] ids(Predicate<TokenType> which) {
    IntList found = new IntList();
    for (int id = 0; id < types.length; id++) {
      if (which.test(types[id])) {
        found.add(id);
      }
    }
    return found.toArray();
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
  public final <T> T derived(Class<T> kind, Supplier<T> make) {
    synchronized (derived) {
      return kind.cast(derived.computeIfAbsent(kind, key -> make.get()));
    }
  }

  @Override
  public final int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    SpecialTokens roles = vocabulary.special();
    IntList out = new IntList();
    if (addSpecial && roles.addBos()) {
      out.add(roles.bos());
    }
    AddedTokens.Parts parts =
        new AddedTokens.Parts() {
          @Override
          public void text(String part) {
            encodeText(part, out);
          }

          @Override
          public void token(int id) {
            out.add(id);
          }
        };
    (parseSpecial ? special : userDefined).split(wellFormed(text), NOTHING_HIDDEN, parts);
    if (addSpecial && roles.addEos()) {
      out.add(roles.eos());
    }
    if (addSpecial && roles.addSeparator()) {
      out.add(roles.separator());
    }
    return out.toArray();
  }

  @Override
  public final int[] encodeText(String text, Hidden hidden) {
    IntList out = new IntList();
    Set<Integer> met = new HashSet<>(); // and hidden
    AddedTokens.Parts parts =
        new AddedTokens.Parts() {
          @Override
          public void text(String part) {
            IntList plain = new IntList();
            VocabularyTokenizer.this.encodeText(part, plain);
            for (int id : plain.toArray()) {
              if (met.contains(id)) { // put together again from its parts
                spell(pieces.get(id), id, out);
              } else {
                out.add(id);
              }
            }
          }

          @Override
          public void token(int id) {
            out.add(id);
          }
        };
    Hidden noting =
        (id, from, to) -> {
          boolean hides = hidden.hides(id, from, to);
          if (hides) {
            met.add(id);
          }
          return hides;
        };
    userDefined.split(wellFormed(text), noting, parts);
    return out.toArray();
  }

  /** Appends the tokens of the characters of {@code piece}, or of their bytes. */
  private void spell(String piece, int whole, IntList out) {
    for (int i = 0; i < piece.length(); i = piece.offsetByCodePoints(i, 1)) {
      String character = piece.substring(i, piece.offsetByCodePoints(i, 1));
      int id = plainIdOf(character);
      if (id >= 0 && id != whole) {
        out.add(id);
        continue;
      }
      for (byte b : character.getBytes(StandardCharsets.UTF_8)) {
        int spelled = byteToken(b);
        if (spelled >= 0 || vocabulary.special().unknown() >= 0) {
          out.add(spelled >= 0 ? spelled : vocabulary.special().unknown());
        }
      }
    }
  }

  /** The token that stands for {@code b}, or -1. */
  int byteToken(byte b) {
    int named = idOf(ByteTokens.spelling(b));
    return named >= 0 ? named : plainIdOf(String.valueOf(ByteAlphabet.character(b)));
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
    StringBuilder text = new StringBuilder();
    decode(
        tokenIds,
        special,
        piece -> {
          if (piece.length() > MOST_CHARACTERS - text.length()) {
            throw new InvalidTokensException(
                "the text of "
                    + tokenIds.length
                    + " tokens has more than "
                    + MOST_CHARACTERS
                    + " characters; decode fewer tokens at a time");
          }
          text.append(piece);
        });
    return text.toString();
  }

  @Override
  public final void decode(int[] tokenIds, boolean special, Consumer<String> out) {
    Utf8Stream text = new Utf8Stream();
    boolean atStart = stripsLeadingSpace();
    for (int id : tokenIds) {
      byte[] bytes = bytes(id, special);
      int from = atStart && bytes.length > 0 && bytes[0] == ' ' ? 1 : 0;
      out.accept(text.push(bytes, from, bytes.length - from));
      atStart &= bytes.length == 0;
    }
    out.accept(text.flush());
  }

  @Override
  public final int size() {
    return types.length;
  }

  @Override
  public final String piece(int id) {
    if (id < 0 || id >= types.length) {
      throw new InvalidTokensException(
          "there is no token " + id + "; ids are 0 to " + (types.length - 1));
    }
    return pieces.get(id);
  }

  @Override
  public final int idOf(String piece) {
    return ids.find(piece);
  }

  @Override
  public final int controlAt(String text, int offset) {
    return control.longestAt(text, offset);
  }

  @Override
  public final int userDefinedAt(String text, int offset) {
    return userDefined.longestAt(text, offset);
  }

  @Override
  public final int bos() {
    return vocabulary.special().bos();
  }

  @Override
  public final int eos() {
    return vocabulary.special().eos();
  }

  @Override
  public final List<Integer> suppressed() {
    return vocabulary.special().suppressed();
  }

  @Override
  public final boolean isEndOfGeneration(int id) {
    return id >= 0 && endOfGeneration.get(id);
  }
}
