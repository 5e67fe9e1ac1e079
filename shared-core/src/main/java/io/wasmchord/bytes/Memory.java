package io.wasmchord.bytes;

import java.util.Objects;

/** A region of bytes that can also be written; same rules as {@link ByteView}. */
public interface Memory extends ByteView {
  void putByte(long offset, byte value);

  void putInt(long offset, int value);

  default void putFloat(long offset, float value) {
    putInt(offset, Float.floatToRawIntBits(value));
  }

  void putBytes(long offset, byte[] src, int srcOffset, int length);

  void putFloats(long offset, float[] src, int srcOffset, int count);

  /** Copies all of {@code src} to {@code offset}, piece by piece. */
  default void putAll(long offset, ByteView src) {
    Objects.checkFromIndexSize(offset, src.size(), size());
    byte[] piece = new byte[(int) Math.min(src.size(), 65536)];
    for (long done = 0; done < src.size(); ) {
      int n = (int) Math.min(piece.length, src.size() - done);
      src.getBytes(done, piece, 0, n);
      putBytes(offset + done, piece, 0, n);
      done += n;
    }
  }

  @Override
  Memory slice(long offset, long length);
}
