package io.wasmchord.web.wgsl.text;

/** Texts with places to fill, each a {@code %s}. TeaVM's own formatting knows less than Java's. */
public final class Filled {
  private Filled() {}

  /**
   * A text with its places filled, in order.
   *
   * @throws IllegalArgumentException when there are more or fewer places than values
   */
  public static String of(String text, Object... values) {
    StringBuilder filled = new StringBuilder();
    int done = 0;
    for (Object value : values) {
      int place = text.indexOf("%s", done);
      if (place < 0) {
        throw new IllegalArgumentException("no place for " + value);
      }
      filled.append(text, done, place).append(value);
      done = place + 2;
    }
    if (text.indexOf("%s", done) >= 0) {
      throw new IllegalArgumentException("nothing for a place behind " + filled);
    }
    return filled.append(text, done, text.length()).toString();
  }
}
