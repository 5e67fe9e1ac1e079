package io.wasmchord.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts numbers and texts one after the other, little-endian. */
public final class ByteWriter {
  private byte[] bytes = new byte[64];
  private int size;

  /** Adds bytes. */
  public ByteWriter put(byte[] more) {
    if (bytes.length - size < more.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more.length));
    }
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  /** Adds an integer of 32 bits. */
  public ByteWriter put(int value) {
    return put(
        new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
  }

  /** Adds an integer of 64 bits. */
  public ByteWriter put(long value) {
    return put((int) value).put((int) (value >>> 32));
  }

  /** Adds how many integers there are, and these. */
  public ByteWriter put(int[] values) {
    put(values.length);
    for (int value : values) {
      put(value);
    }
    return this;
  }

  /** Adds the length of a text in UTF-8, and the text. */
  public ByteWriter put(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return put(utf8.length).put(utf8);
  }

  /** All that was put. */
  public byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }
}
