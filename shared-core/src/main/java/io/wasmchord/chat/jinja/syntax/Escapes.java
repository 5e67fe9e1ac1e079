package io.wasmchord.chat.jinja.syntax;

import io.wasmchord.errors.ChatTemplateException;

/** Python's escapes in quoted texts. */
final class Escapes {
  private Escapes() {}

  /**
   * Appends what the escape stands for whose backslash is before {@code at}.
   *
   * @return the index after the escape
   */
  static int append(String source, int at, int line, StringBuilder to) {
    char c = source.charAt(at);
    int plain = "abfnrtv\\'\"".indexOf(c);
    if (plain >= 0) {
      to.append("\u0007\b\f\n\r\t\u000B\\'\"".charAt(plain));
      return at + 1;
    }
    return switch (c) {
      case '\n' -> at + 1; // the text goes on in the next line
      case 'x' -> coded(source, at + 1, 2, line, to);
      case 'u' -> coded(source, at + 1, 4, line, to);
      case 'U' -> coded(source, at + 1, 8, line, to);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(source, at, to);
      default -> {
        to.append('\\').append(c);
        yield at + 1;
      }
    };
  }

  private static int coded(String source, int at, int digits, int line, StringBuilder to) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
      if (digit < 0 || value > Character.MAX_CODE_POINT) {
        throw new ChatTemplateException(line, "an escape needs " + digits + " hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw new ChatTemplateException(line, "an escape names no character");
    }
    to.appendCodePoint(value);
    return at + digits;
  }

  private static int octal(String source, int at, StringBuilder to) {
    int value = 0;
    int i = at;
    while (i < source.length() && i < at + 3 && Character.digit(source.charAt(i), 8) >= 0) {
      value = value << 3 | Character.digit(source.charAt(i), 8);
      i++;
    }
    to.append((char) value);
    return i;
  }
}
