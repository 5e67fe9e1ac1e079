package io.wasmchord.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's mapping of bytes to printable characters, in which byte-level vocabularies are written.
 */
final class ByteAlphabet {
  private static final char[] CHAR_OF_BYTE = new char[256];
  private static final short[] BYTE_OF_CHAR = new short[512];

  static {
    Arrays.fill(BYTE_OF_CHAR, (short) -1);
    int extra = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      CHAR_OF_BYTE[b] = (char) (printable ? b : extra++);
      BYTE_OF_CHAR[CHAR_OF_BYTE[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  static char charOf(int b) {
    return CHAR_OF_BYTE[b];
  }

  /** The byte that {@code c} stands for, or -1. */
  static int byteOf(char c) {
    return c < BYTE_OF_CHAR.length ? BYTE_OF_CHAR[c] : -1;
  }
}
