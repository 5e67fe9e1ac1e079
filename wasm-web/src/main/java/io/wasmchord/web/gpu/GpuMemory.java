package io.wasmchord.web.gpu;

import io.wasmchord.web.memory.LinearMemory;
import java.util.Objects;

/**
 * A region of a GPU's buffer: {@link #address} is its offset there. Only kernels see its bytes; a
 * read-back brings them to the engine.
 */
public final class GpuMemory extends LinearMemory {
  /** The buffer of all activations, whatever its number is at the moment. */
  static final int ARENA = 0;

  private final int buffer;

  /**
   * @param buffer its number
   */
  public GpuMemory(int buffer, long offset, long bytes) {
    super((int) offset, bytes);
    this.buffer = buffer;
  }

  /** Its buffer's number. */
  public int buffer() {
    return buffer;
  }

  /** Bytes before it in its buffer. */
  long offset() {
    return address() & 0xFFFFFFFFL;
  }

  /** The same in words. */
  int word() {
    return (int) (offset() / 4);
  }

  /** Whether it is the same region. */
  boolean is(GpuMemory other) {
    return buffer == other.buffer && offset() == other.offset() && size() == other.size();
  }

  /** Whether it has bytes of the other region. */
  boolean meets(GpuMemory other) {
    return buffer == other.buffer
        && offset() < other.offset() + other.size()
        && other.offset() < offset() + size();
  }

  @Override
  public GpuMemory slice(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    return new GpuMemory(buffer, offset() + offset, length);
  }

  private static UnsupportedOperationException unseen() {
    return new UnsupportedOperationException("these bytes lie on the GPU");
  }

  @Override
  public byte getByte(long offset) {
    throw unseen();
  }

  @Override
  public short getShort(long offset) {
    throw unseen();
  }

  @Override
  public int getInt(long offset) {
    throw unseen();
  }

  @Override
  public long getLong(long offset) {
    throw unseen();
  }

  @Override
  public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
    throw unseen();
  }

  @Override
  public void getFloats(long offset, float[] dst, int dstOffset, int count) {
    throw unseen();
  }

  @Override
  public void putByte(long offset, byte value) {
    throw unseen();
  }

  @Override
  public void putInt(long offset, int value) {
    throw unseen();
  }

  @Override
  public void putBytes(long offset, byte[] src, int srcOffset, int length) {
    throw unseen();
  }

  @Override
  public void putFloats(long offset, float[] src, int srcOffset, int count) {
    throw unseen();
  }
}
