package io.wasmchord.tokenizer.unicode;

/**
 * Reads non-negative numbers out of a string constant, the form in which class files hold tables
 * best. A number is written least digit first in base 32; a digit with {@link #PAYLOAD} added says
 * that another follows. A digit d is the character {@code '0' + d}, except that a tilde stands for
 * the backslash.
 */
final class PackedNumbers {
  static final int PAYLOAD = 32;
  static final char ZERO = '0';
  static final char BACKSLASH_STAND_IN = '~';

  private final String text;
  private int position;

  PackedNumbers(String text) {
    this.text = text;
  }

  boolean hasNext() {
    return position < text.length();
  }

  int next() {
    int number = 0;
    int digit = PAYLOAD;
    for (int scale = 1; digit >= PAYLOAD; scale *= PAYLOAD) {
      digit = digit(text.charAt(position++));
      number += digit % PAYLOAD * scale;
    }
    return number;
  }

  /** A number that may be negative: written as 2n, or as -2n - 1. */
  int nextSigned() {
    int number = next();
    return number >>> 1 ^ -(number & 1);
  }

  private static int digit(char c) {
    return c == BACKSLASH_STAND_IN ? '\\' - ZERO : c - ZERO;
  }
}
