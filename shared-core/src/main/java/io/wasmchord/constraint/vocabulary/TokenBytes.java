package io.wasmchord.constraint.vocabulary;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What each token of a vocabulary adds to a text. Immutable, and safe for concurrent use; to be
 * kept as long as the tokenizer.
 */
public final class TokenBytes {
  /**
   * Stands before the spelling of a control token in a constraint: no text has this half of a
   * character, so a token is never taken for a text that spells it.
   */
  public static final String CONTROL = CodePoints.text(CodePoints.CONTROL);

  private final byte[][] bytes;
  private final List<Integer> ends;
  private final ByteTrie all;
  private final List<Slice> slices = new ArrayList<>();

  private TokenBytes(byte[][] bytes, List<Integer> ends) {
    this.bytes = bytes;
    this.ends = List.copyOf(ends);
    int[] sorted = ByteTrie.sorted(bytes);
    all = new ByteTrie(bytes, sorted);
    for (PlainText.Sort sort : PlainText.Sort.values()) {
      slices.add(new Slice(sort, bytes, sorted));
    }
  }

  /**
   * Of tokens by their ids.
   *
   * @param bytes empty for those that are no text
   * @param ends the tokens that end a text
   */
  public static TokenBytes of(List<byte[]> bytes, List<Integer> ends) {
    return new TokenBytes(bytes.toArray(new byte[0][]), ends);
  }

  /**
   * Of a model's tokens.
   *
   * @param ends tokens that end a text, beside those that the vocabulary marks
   * @param marks control tokens that are read as {@link #CONTROL} and how they are spelled
   */
  public static TokenBytes of(Tokenizer tokenizer, Set<Integer> ends, Set<Integer> marks) {
    List<byte[]> bytes = new ArrayList<>();
    List<Integer> all = new ArrayList<>();
    for (int id = 0; id < tokenizer.size(); id++) {
      boolean end = ends.contains(id) || tokenizer.isEndOfGeneration(id);
      if (end) {
        all.add(id);
      }
      bytes.add(
          end
              ? new byte[0]
              : marks.contains(id)
                  ? marked(tokenizer.bytes(id, true))
                  : text(tokenizer.bytes(id, false)));
    }
    return of(bytes, all);
  }

  private static byte[] marked(byte[] spelling) {
    byte[] all = new byte[spelling.length + 1];
    all[0] = (byte) CodePoints.CONTROL_BYTE;
    System.arraycopy(spelling, 0, all, 1, spelling.length);
    return all;
  }

  /** A token's text; none where it has the byte of control tokens, which no text has. */
  private static byte[] text(byte[] bytes) {
    for (byte b : bytes) {
      if ((b & 0xFF) == CodePoints.CONTROL_BYTE) {
        return new byte[0];
      }
    }
    return bytes;
  }

  /** How many tokens there are. */
  public int size() {
    return bytes.length;
  }

  /** The longs of a mask: a bit for each token. */
  public int words() {
    return (bytes.length + 63) >>> 6;
  }

  /** The bytes of a token; not to be changed. */
  public byte[] bytes(int id) {
    return bytes[id];
  }

  /** The tokens that end a text. */
  public List<Integer> ends() {
    return ends;
  }

  ByteTrie all() {
    return all;
  }

  /** Parts of the vocabulary; those that hold more come first. */
  List<Slice> slices() {
    return slices;
  }
}
