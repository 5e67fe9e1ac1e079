package io.wasmchord.tokenizer;

import io.wasmchord.errors.InvalidModelException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes as Python writes them: {@code \n}, {@code \t}, {@code \r}, {@code \xNN}; else UTF-8. */
final class PythonBytes {
  private static final int HEX = 16;

  private PythonBytes() {}

  /**
   * The bytes that {@code spelled} stands for.
   *
   * @throws InvalidModelException when a backslash is followed by nothing, or by an x without two
   *     digits
   */
  static byte[] of(String spelled) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(spelled.length());
    for (int i = 0; i < spelled.length(); ) {
      int c = spelled.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\\') {
        i = escaped(spelled, i, bytes);
      } else {
        append(c, bytes);
      }
    }
    return bytes.toByteArray();
  }

  /** Reads what follows a backslash, from {@code at} on; returns where it ends. */
  private static int escaped(String spelled, int at, ByteArrayOutputStream bytes) {
    int c = at < spelled.length() ? spelled.codePointAt(at) : -1;
    switch (c) {
      case -1 -> throw malformed(spelled);
      case 'n' -> bytes.write('\n');
      case 't' -> bytes.write('\t');
      case 'r' -> bytes.write('\r');
      case 'x' -> {
        bytes.write(hex(spelled, at + 1) << 4 | hex(spelled, at + 2));
        return at + 3;
      }
      default -> append(c, bytes);
    }
    return at + Character.charCount(c);
  }

  private static void append(int codePoint, ByteArrayOutputStream bytes) {
    String character = new StringBuilder(2).appendCodePoint(codePoint).toString();
    byte[] utf8 = character.getBytes(StandardCharsets.UTF_8);
    bytes.write(utf8, 0, utf8.length);
  }

  private static int hex(String spelled, int at) {
    int digit = at < spelled.length() ? Character.digit(spelled.charAt(at), HEX) : -1;
    if (digit < 0) {
      throw malformed(spelled);
    }
    return digit;
  }

  private static InvalidModelException malformed(String spelled) {
    return new InvalidModelException(
        "tokenizer.ggml.tokens has \"%s\", in which what follows a backslash is missing; convert the model again"
            .formatted(spelled));
  }
}
