package io.wasmchord.tokenizer.pretokenizer;

import io.wasmchord.tokenizer.unicode.UnicodeCategory;
import java.nio.charset.StandardCharsets;

/**
 * A text as pre-tokenizers see it: code points by index, and where each begins in the text's UTF-8.
 */
public class CodePoints {
  private final int[] values;
  private final int[] byteOffsets;
  private final byte[] utf8;

  /** The code points of {@code text}, which must be well-formed UTF-16. */
  public CodePoints(String text) {
    utf8 = text.getBytes(StandardCharsets.UTF_8);
    int count = text.codePointCount(0, text.length());
    values = new int[count];
    byteOffsets = new int[count + 1];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int value = text.codePointAt(at);
      values[i] = value;
      byteOffsets[i + 1] = byteOffsets[i] + utf8Length(value);
      at += Character.charCount(value);
    }
  }

  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  public int size() {
    return values.length;
  }

  public int at(int index) {
    return values[index];
  }

  public UnicodeCategory category(int index) {
    return UnicodeCategory.of(values[index]);
  }

  /** The whole text's bytes; not a copy. */
  public byte[] utf8() {
    return utf8;
  }

  /**
   * Where in {@link #utf8()} the code point at {@code index} begins; {@code size()} gives the end.
   */
  public int byteOffset(int index) {
    return byteOffsets[index];
  }
}
