package io.wasmchord.tokenizer;

import java.util.Arrays;

/**
 * GPT-2's way to spell any byte as a visible character: the visible characters of Latin-1 stand for
 * themselves, the other bytes, in order, for U+0100 and on.
 */
final class ByteAlphabet {
  private static final char FIRST_STAND_IN = '\u0100';
  private static final char[] CHARACTERS = new char[256];
  private static final short[] BYTES;

  static {
    char standIn = FIRST_STAND_IN;
    for (int b = 0; b < CHARACTERS.length; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      CHARACTERS[b] = visible ? (char) b : standIn++;
    }
    BYTES = new short[standIn];
    Arrays.fill(BYTES, (short) -1);
    for (int b = 0; b < CHARACTERS.length; b++) {
      BYTES[CHARACTERS[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character that stands for {@code b}. */
  static char character(byte b) {
    return CHARACTERS[b & 0xFF];
  }

  /** The byte (0 to 255) that {@code c} stands for, or -1. */
  static int byteOf(char c) {
    return c < BYTES.length ? BYTES[c] : -1;
  }
}
