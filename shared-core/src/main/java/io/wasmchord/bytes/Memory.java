package io.wasmchord.bytes;

/** A region of bytes that can also be written; same rules as {@link ByteView}. */
public interface Memory extends ByteView {
  void putByte(long offset, byte value);

  void putInt(long offset, int value);

  default void putFloat(long offset, float value) {
    putInt(offset, Float.floatToRawIntBits(value));
  }

  void putBytes(long offset, byte[] src, int srcOffset, int length);

  void putFloats(long offset, float[] src, int srcOffset, int count);

  @Override
  Memory slice(long offset, long length);
}
