package io.wasmchord.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns bytes that arrive in pieces into text, never emitting half a character. Malformed bytes
 * become U+FFFD.
 */
public final class Utf8Stream {
  private byte[] pending = new byte[0];

  /** Adds bytes and returns the text that is complete with them. */
  public String push(byte[] bytes) {
    byte[] all = Arrays.copyOf(pending, pending.length + bytes.length);
    System.arraycopy(bytes, 0, all, pending.length, bytes.length);
    int complete = all.length - unfinished(all);
    pending = Arrays.copyOfRange(all, complete, all.length);
    return new String(all, 0, complete, StandardCharsets.UTF_8);
  }

  /** What is left when no more bytes come: U+FFFD for half a character, or nothing. */
  public String flush() {
    String rest = new String(pending, StandardCharsets.UTF_8);
    pending = new byte[0];
    return rest;
  }

  /** How many bytes at the end begin a character that more bytes could complete. */
  private static int unfinished(byte[] bytes) {
    int n = bytes.length;
    for (int back = 1; back <= Math.min(3, n); back++) {
      int b = bytes[n - back] & 0xFF;
      if (b < 0x80) {
        return 0;
      }
      if (b >= 0xC0) {
        int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
        return b <= 0xF4
                && b >= 0xC2
                && length > back
                && (back == 1 || secondFits(b, bytes[n - back + 1] & 0xFF))
            ? back
            : 0;
      }
    }
    return 0;
  }

  /**
   * Whether a second byte can follow the first: no overlong forms, no surrogates, nothing above
   * U+10FFFF.
   */
  private static boolean secondFits(int first, int second) {
    return switch (first) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second < 0xA0;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second < 0x90;
      default -> true;
    };
  }
}
