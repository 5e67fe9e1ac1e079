package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What SentencePiece does to a text before it is cut: stretches of it become others, as NFKC has it
 * and more. It is GGUF's {@code precompiled_charsmap}: a length in bytes (4, little endian), a
 * double-array trie of what is replaced, in that many bytes, and replacements, each with a 0 after
 * it.
 *
 * <p>The trie is an array of 32-bit units (S. Kanda, Space- and Time-Efficient String Dictionaries,
 * 2018; darts-clone): from the unit at index i, whose offset is that of bits 10 to 30 (times 256 if
 * bit 9 is set), byte c leads to the unit at {@code i ^ offset ^ c}, if its bits 0 to 7 and 31 are
 * c. Where bit 8 is set a key ends, and the unit at {@code i ^ offset} is the place of its
 * replacement.
 */
final class CharacterMap {
  /** Changes nothing. */
  static final CharacterMap NONE = new CharacterMap(new int[0], new byte[0]);

  static final String KEY = "tokenizer.ggml.precompiled_charsmap";

  /**
   * Longest key and replacement that are accepted, in bytes: they bound the work that a file can
   * cause per character. NFKC's longest replacement has 33.
   */
  private static final int LONGEST = 64;

  private static final int NO_MATCH = -1;
  private static final byte[] REPLACEMENT_CHARACTER = "\uFFFD".getBytes(StandardCharsets.UTF_8);

  private final int[] units;
  private final byte[] replacements;

  private CharacterMap(int[] units, byte[] replacements) {
    this.units = units;
    this.replacements = replacements;
  }

  /**
   * The map in {@code bytes}, each of -128 to 255.
   *
   * @throws InvalidModelException when its parts do not fit together
   */
  static CharacterMap of(int[] bytes) {
    long length = bytes.length < 4 ? -1 : Integer.toUnsignedLong(unit(bytes, 0));
    if (length < 0 || length % 4 != 0 || length + 4 > bytes.length) {
      throw new InvalidModelException(
          KEY + " has " + bytes.length + " bytes, which cannot hold its trie of " + length);
    }
    int[] units = new int[(int) length / 4];
    for (int i = 0; i < units.length; i++) {
      units[i] = unit(bytes, 4 + 4 * i);
    }
    byte[] replacements = new byte[bytes.length - 4 - (int) length];
    int run = 0;
    for (int i = 0; i < replacements.length; i++) {
      replacements[i] = (byte) bytes[4 + (int) length + i];
      run = replacements[i] == 0 ? 0 : run + 1;
      if (run > LONGEST) {
        throw new InvalidModelException(KEY + " replaces by more than " + LONGEST + " bytes");
      }
    }
    if (run > 0) {
      throw new InvalidModelException(KEY + " does not end with a 0");
    }
    return new CharacterMap(units, replacements);
  }

  private static int unit(int[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | (bytes[at + 1] & 0xFF) << 8
        | (bytes[at + 2] & 0xFF) << 16
        | (bytes[at + 3] & 0xFF) << 24;
  }

  /**
   * {@code text} with the longest key at each place replaced.
   *
   * @throws InvalidModelException when the trie leads out of the map
   */
  String apply(String text) {
    if (units.length == 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length + in.length / 2);
    for (int at = 0; at < in.length; ) {
      at = replace(in, at, out);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Replaces what begins at {@code at}, or copies a character; returns where it ends. */
  private int replace(byte[] in, int at, ByteArrayOutputStream out) {
    int index = offset(0);
    int end = at;
    int replacement = NO_MATCH;
    for (int i = at; i < in.length && i < at + LONGEST; i++) {
      int c = in[i] & 0xFF;
      index ^= c;
      int unit = unit(index);
      if (c == 0 || (unit & 0x8000_00FF) != c) {
        break;
      }
      index ^= offset(index);
      if ((unit & 0x100) != 0) {
        end = i + 1;
        replacement = unit(index) & Integer.MAX_VALUE;
      }
    }
    if (replacement == NO_MATCH) {
      return copy(in, at, out);
    }
    if (replacement >= replacements.length) {
      throw outside(replacement);
    }
    for (int i = replacement; replacements[i] != 0; i++) {
      out.write(replacements[i]);
    }
    return end;
  }

  /** A key may end within a character; what is left of that becomes U+FFFD. */
  private static int copy(byte[] in, int at, ByteArrayOutputStream out) {
    if ((in[at] & 0xC0) == 0x80) {
      out.write(REPLACEMENT_CHARACTER, 0, REPLACEMENT_CHARACTER.length);
      return at + 1;
    }
    int end = at + 1;
    while (end < in.length && (in[end] & 0xC0) == 0x80) {
      end++;
    }
    out.write(in, at, end - at);
    return end;
  }

  private int unit(int index) {
    if (index < 0 || index >= units.length) {
      throw outside(index);
    }
    return units[index];
  }

  private int offset(int index) {
    int unit = unit(index);
    return unit >>> 10 << ((unit & 0x200) >>> 6);
  }

  private static InvalidModelException outside(int index) {
    return new InvalidModelException(
        KEY + " leads to " + Integer.toUnsignedString(index) + ", which it does not reach");
  }
}
