package io.wasmchord.tokenizer;

/**
 * UTF-8 bytes in, text out, as the bytes come: a character whose bytes are not all here yet waits
 * for the rest. Malformed bytes become U+FFFD, one for each sequence that {@code new String(bytes,
 * UTF_8)} of the JDK replaces by one, on every platform. Not safe for concurrent use.
 */
public final class Utf8Stream {
  private static final char REPLACEMENT = '\uFFFD';

  /** Bits so far of the character that is under way. */
  private int bits;

  /** Continuation bytes still to come; 0 when no character is under way. */
  private int missing;

  /** Least and greatest value of the next continuation byte. */
  private int lowest;

  private int highest;

  /** Takes {@code bytes} and returns the text that they complete, which may be empty. */
  public String push(byte[] bytes) {
    return push(bytes, 0, bytes.length);
  }

  /**
   * Takes {@code length} bytes from {@code offset} on and returns the text that they complete,
   * which may be empty.
   */
  public String push(byte[] bytes, int offset, int length) {
    StringBuilder out = new StringBuilder(length + 1);
    for (int i = offset; i < offset + length; i++) {
      accept(bytes[i] & 0xFF, out);
    }
    return out.toString();
  }

  /**
   * Ends the text: U+FFFD if a character was left incomplete, otherwise nothing. The stream can
   * then be used anew.
   */
  public String flush() {
    boolean incomplete = missing > 0;
    missing = 0;
    return incomplete ? String.valueOf(REPLACEMENT) : "";
  }

  private void accept(int b, StringBuilder out) {
    if (missing > 0) {
      if (b >= lowest && b <= highest) {
        continueWith(b, out);
        return;
      }
      out.append(REPLACEMENT);
      missing = 0;
    }
    if (b < 0x80) {
      out.append((char) b);
    } else if (b >= 0xC2 && b <= 0xDF) {
      begin(b & 0x1F, 1, 0x80, 0xBF);
    } else if (b >= 0xE0 && b <= 0xEF) {
      begin(b & 0x0F, 2, b == 0xE0 ? 0xA0 : 0x80, 0xBF);
    } else if (b >= 0xF0 && b <= 0xF4) {
      begin(b & 0x07, 3, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
    } else {
      out.append(REPLACEMENT);
    }
  }

  private void begin(int leadBits, int continuationBytes, int lowestNext, int highestNext) {
    bits = leadBits;
    missing = continuationBytes;
    lowest = lowestNext;
    highest = highestNext;
  }

  private void continueWith(int b, StringBuilder out) {
    bits = bits << 6 | (b & 0x3F);
    missing--;
    lowest = 0x80;
    highest = 0xBF;
    if (missing == 0) {
      // A three-byte sequence can spell a surrogate, which is no character: the JDK replaces all of
      // it by one U+FFFD.
      out.appendCodePoint(
          bits >= Character.MIN_SURROGATE && bits <= Character.MAX_SURROGATE ? REPLACEMENT : bits);
    }
  }
}
