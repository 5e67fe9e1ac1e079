package io.wasmchord.bytes;

/**
 * Little-endian, bounds-checked reading of a region of bytes, wherever it lies: a Java array, a
 * mapped file, a browser's linear memory. Offsets and lengths are in bytes from the start of the
 * view; every method throws {@link IndexOutOfBoundsException} when a byte outside the view would be
 * touched. Values need no alignment.
 */
public interface ByteView {
  /** Bytes in this view. */
  long size();

  byte getByte(long offset);

  short getShort(long offset);

  int getInt(long offset);

  long getLong(long offset);

  default float getFloat(long offset) {
    return Float.intBitsToFloat(getInt(offset));
  }

  /** Copies {@code length} bytes at {@code offset} into {@code dst} from {@code dstOffset} on. */
  void getBytes(long offset, byte[] dst, int dstOffset, int length);

  /**
   * Copies {@code count} little-endian floats at {@code offset} into {@code dst} from {@code
   * dstOffset} on.
   */
  void getFloats(long offset, float[] dst, int dstOffset, int count);

  /** A view of {@code length} bytes at {@code offset} that shares this view's storage. */
  ByteView slice(long offset, long length);
}
