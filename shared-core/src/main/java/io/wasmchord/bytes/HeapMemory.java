package io.wasmchord.bytes;

import java.util.Objects;

/** A {@link Memory} over a Java array: tests, small files, headers. At most 2 GiB. */
public final class HeapMemory implements Memory {
  private final byte[] array;
  private final int start;
  private final int size;

  private HeapMemory(byte[] array, int start, int size) {
    this.array = array;
    this.start = start;
    this.size = size;
  }

  /** A zero-filled region of its own. */
  public static HeapMemory ofSize(int size) {
    return new HeapMemory(new byte[size], 0, size);
  }

  /** A view of {@code array} that shares it. */
  public static HeapMemory wrap(byte[] array) {
    return new HeapMemory(array, 0, array.length);
  }

  @Override
  public long size() {
    return size;
  }

  private int index(long offset, long length) {
    return start + (int) Objects.checkFromIndexSize(offset, length, (long) size);
  }

  @Override
  public byte getByte(long offset) {
    return array[index(offset, 1)];
  }

  @Override
  public short getShort(long offset) {
    int i = index(offset, 2);
    return (short) ((array[i] & 0xFF) | array[i + 1] << 8);
  }

  @Override
  public int getInt(long offset) {
    return intAt(index(offset, 4));
  }

  private int intAt(int i) {
    return (array[i] & 0xFF)
        | (array[i + 1] & 0xFF) << 8
        | (array[i + 2] & 0xFF) << 16
        | array[i + 3] << 24;
  }

  @Override
  public long getLong(long offset) {
    int i = index(offset, 8);
    return (intAt(i) & 0xFFFFFFFFL) | (long) intAt(i + 4) << 32;
  }

  @Override
  public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
    System.arraycopy(array, index(offset, length), dst, dstOffset, length);
  }

  @Override
  public void getFloats(long offset, float[] dst, int dstOffset, int count) {
    int i = index(offset, 4L * count);
    for (int k = 0; k < count; k++) {
      dst[dstOffset + k] = Float.intBitsToFloat(intAt(i + 4 * k));
    }
  }

  @Override
  public void putByte(long offset, byte value) {
    array[index(offset, 1)] = value;
  }

  @Override
  public void putInt(long offset, int value) {
    putIntAt(index(offset, 4), value);
  }

  private void putIntAt(int i, int value) {
    array[i] = (byte) value;
    array[i + 1] = (byte) (value >> 8);
    array[i + 2] = (byte) (value >> 16);
    array[i + 3] = (byte) (value >> 24);
  }

  @Override
  public void putBytes(long offset, byte[] src, int srcOffset, int length) {
    System.arraycopy(src, srcOffset, array, index(offset, length), length);
  }

  @Override
  public void putFloats(long offset, float[] src, int srcOffset, int count) {
    int i = index(offset, 4L * count);
    for (int k = 0; k < count; k++) {
      putIntAt(i + 4 * k, Float.floatToRawIntBits(src[srcOffset + k]));
    }
  }

  @Override
  public HeapMemory slice(long offset, long length) {
    return new HeapMemory(array, index(offset, length), (int) length);
  }
}
