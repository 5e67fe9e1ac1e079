package io.wasmchord.jvm;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** A {@link Memory} over native memory or a mapped file of any size. */
record SegmentMemory(MemorySegment segment) implements Memory {
  /** The address of a region of native memory. */
  static long address(ByteView view) {
    if (view instanceof SegmentMemory memory && memory.segment.isNative()) {
      return memory.segment.address();
    }
    throw new IllegalArgumentException(
        "not a region of native memory: " + view.getClass().getName());
  }

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @Override
  public long size() {
    return segment.byteSize();
  }

  @Override
  public byte getByte(long offset) {
    return segment.get(ValueLayout.JAVA_BYTE, offset);
  }

  @Override
  public short getShort(long offset) {
    return segment.get(SHORT, offset);
  }

  @Override
  public int getInt(long offset) {
    return segment.get(INT, offset);
  }

  @Override
  public long getLong(long offset) {
    return segment.get(LONG, offset);
  }

  @Override
  public float getFloat(long offset) {
    return segment.get(FLOAT, offset);
  }

  @Override
  public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, dst, dstOffset, length);
  }

  @Override
  public void getFloats(long offset, float[] dst, int dstOffset, int count) {
    MemorySegment.copy(segment, FLOAT, offset, dst, dstOffset, count);
  }

  @Override
  public void putByte(long offset, byte value) {
    segment.set(ValueLayout.JAVA_BYTE, offset, value);
  }

  @Override
  public void putInt(long offset, int value) {
    segment.set(INT, offset, value);
  }

  @Override
  public void putFloat(long offset, float value) {
    segment.set(FLOAT, offset, value);
  }

  @Override
  public void putBytes(long offset, byte[] src, int srcOffset, int length) {
    MemorySegment.copy(src, srcOffset, segment, ValueLayout.JAVA_BYTE, offset, length);
  }

  @Override
  public void putFloats(long offset, float[] src, int srcOffset, int count) {
    MemorySegment.copy(src, srcOffset, segment, FLOAT, offset, count);
  }

  @Override
  public SegmentMemory slice(long offset, long length) {
    return new SegmentMemory(segment.asSlice(offset, length));
  }
}
