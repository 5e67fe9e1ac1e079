package io.wasmchord.chat.jinja.value;

/** Python's classes of characters, and its texts of code points. */
public final class Characters {
  private Characters() {}

  /** What {@code str.strip} removes. */
  public static boolean isSpace(int c) {
    return c <= 32
        ? c >= 28 || (c >= 9 && c <= 13)
        : c == 0x85
            || c == 0xA0
            || c == 0x1680
            || (c >= 0x2000 && c <= 0x200A)
            || c == 0x2028
            || c == 0x2029
            || c == 0x202F
            || c == 0x205F
            || c == 0x3000;
  }

  public static boolean startsName(char c) {
    return c == '_' || Character.isLetter(c);
  }

  public static boolean continuesName(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  public static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Code points, which is what Python counts. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  public static String stripEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  public static String strip(String text) {
    String head = stripEnd(text);
    int start = 0;
    while (start < head.length() && isSpace(head.charAt(start))) {
      start++;
    }
    return head.substring(start);
  }
}
