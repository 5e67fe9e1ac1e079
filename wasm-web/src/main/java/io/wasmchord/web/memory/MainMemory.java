package io.wasmchord.web.memory;

import java.util.Objects;
import org.teavm.interop.Address;

/**
 * A region of the engine's own memory. {@link Address} compiles to plain loads and stores; the
 * bounds are checked here.
 */
public final class MainMemory extends LinearMemory {
  MainMemory(int address, long size) {
    super(address, size);
  }

  private Address at(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    return Address.fromInt(address() + (int) offset);
  }

  @Override
  public byte getByte(long offset) {
    return at(offset, 1).getByte();
  }

  @Override
  public short getShort(long offset) {
    return at(offset, 2).getShort();
  }

  @Override
  public int getInt(long offset) {
    return at(offset, 4).getInt();
  }

  @Override
  public long getLong(long offset) {
    return at(offset, 8).getLong();
  }

  @Override
  public float getFloat(long offset) {
    return at(offset, 4).getFloat();
  }

  @Override
  public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
    Address src = at(offset, length);
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      int word = src.add(i).getInt();
      dst[dstOffset + i] = (byte) word;
      dst[dstOffset + i + 1] = (byte) (word >> 8);
      dst[dstOffset + i + 2] = (byte) (word >> 16);
      dst[dstOffset + i + 3] = (byte) (word >> 24);
    }
    for (; i < length; i++) {
      dst[dstOffset + i] = src.add(i).getByte();
    }
  }

  @Override
  public void getFloats(long offset, float[] dst, int dstOffset, int count) {
    Address src = at(offset, 4L * count);
    for (int i = 0; i < count; i++) {
      dst[dstOffset + i] = src.add(4 * i).getFloat();
    }
  }

  @Override
  public void putByte(long offset, byte value) {
    at(offset, 1).putByte(value);
  }

  @Override
  public void putInt(long offset, int value) {
    at(offset, 4).putInt(value);
  }

  @Override
  public void putFloat(long offset, float value) {
    at(offset, 4).putFloat(value);
  }

  @Override
  public void putBytes(long offset, byte[] src, int srcOffset, int length) {
    Address dst = at(offset, length);
    for (int i = 0; i < length; i++) {
      dst.add(i).putByte(src[srcOffset + i]);
    }
  }

  @Override
  public void putFloats(long offset, float[] src, int srcOffset, int count) {
    Address dst = at(offset, 4L * count);
    for (int i = 0; i < count; i++) {
      dst.add(4 * i).putFloat(src[srcOffset + i]);
    }
  }

  @Override
  public MainMemory slice(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    return new MainMemory(address() + (int) offset, length);
  }
}
