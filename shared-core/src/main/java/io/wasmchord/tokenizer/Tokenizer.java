package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidTokensException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Text to token ids and back, as the model's authors meant it. Immutable and safe for concurrent
 * use.
 */
public interface Tokenizer {
  /** UTF-16 units of the longest text that is decoded at once. */
  int MOST_CHARACTERS = 1 << 26;

  /** Number of token ids. */
  int size();

  /**
   * What somebody makes of the vocabulary: one of each kind, made when it is first asked for, and
   * kept as long as the tokenizer.
   */
  default <T> T derived(Class<T> kind, Supplier<T> make) {
    return make.get();
  }

  /**
   * Token ids of {@code text}.
   *
   * @param addSpecial add the tokens that the model wants around a text (beginning of sequence, and
   *     so on), if it wants any
   * @param parseSpecial whether text that spells a control token, e.g. {@code <|im_end|>}, becomes
   *     that token
   */
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /** Says where the spelling of a token that text is always split at is nothing but text. */
  @FunctionalInterface
  interface Hidden {
    /** Whether the spelling of token {@code id} from {@code from} to {@code to} is text. */
    boolean hides(int id, int from, int to);
  }

  /**
   * Token ids of plain text, where some spellings do not stand for their tokens. A token that is
   * hidden anywhere comes from no other place than one where it is not.
   */
  int[] encodeText(String text, Hidden hidden);

  /**
   * The bytes that a token stands for in text (UTF-8, possibly only part of a character). Control
   * tokens give no bytes unless {@code special}.
   *
   * @throws InvalidTokensException when there is no such id
   */
  byte[] bytes(int id, boolean special);

  /**
   * The text of {@code ids}; malformed UTF-8 becomes U+FFFD.
   *
   * @throws InvalidTokensException when one is no token, or the text would have more than {@link
   *     #MOST_CHARACTERS}
   */
  String decode(int[] ids, boolean special);

  /**
   * The same text in pieces, however long it is; a piece holds whole characters, and may be empty.
   *
   * @throws InvalidTokensException when one is no token; the pieces before it were given
   */
  void decode(int[] ids, boolean special, Consumer<String> out);

  /**
   * The token's name as the vocabulary spells it.
   *
   * @throws InvalidTokensException when there is no such id
   */
  String piece(int id);

  /** The id of the token that the vocabulary spells {@code piece}, or -1. */
  int idOf(String piece);

  /** The longest control token whose spelling begins at {@code offset} of {@code text}, or -1. */
  int controlAt(String text, int offset);

  /**
   * The longest token that text is always split at, whatever is parsed, whose spelling begins at
   * {@code offset} of {@code text}, or -1.
   */
  int userDefinedAt(String text, int offset);

  /** The token that begins a sequence, or -1. */
  int bos();

  /** The token that ends a sequence, or -1. */
  int eos();

  /** Tokens that no answer has, as the file says. */
  List<Integer> suppressed();

  /** Whether generation ends with this token: end of sequence, of turn or of message. */
  boolean isEndOfGeneration(int id);
}
