package io.wasmchord.web.memory;

import java.util.Objects;

/**
 * A region of a further memory, which the engine's own code reaches word by word through the host.
 * Only kernels read it fast; Java writes commands there and takes the hidden state out.
 */
public final class BankMemory extends LinearMemory {
  private final int bank;

  BankMemory(int bank, int address, long size) {
    super(address, size);
    this.bank = bank;
  }

  private int at(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    return address() + (int) offset;
  }

  private int word(int address) {
    return MemoryImports.load(bank, address & ~3);
  }

  @Override
  public byte getByte(long offset) {
    int at = at(offset, 1);
    return (byte) (word(at) >> (8 * (at & 3)));
  }

  @Override
  public short getShort(long offset) {
    return (short) ((getByte(offset) & 0xFF) | getByte(offset + 1) << 8);
  }

  @Override
  public int getInt(long offset) {
    int at = at(offset, 4);
    int low = word(at);
    int shift = 8 * (at & 3);
    return shift == 0 ? low : (low >>> shift) | (word(at + 4) << (32 - shift));
  }

  @Override
  public long getLong(long offset) {
    return (getInt(offset) & 0xFFFFFFFFL) | (long) getInt(offset + 4) << 32;
  }

  @Override
  public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
    at(offset, length);
    for (int i = 0; i < length; i++) {
      dst[dstOffset + i] = getByte(offset + i);
    }
  }

  @Override
  public void getFloats(long offset, float[] dst, int dstOffset, int count) {
    at(offset, 4L * count);
    for (int i = 0; i < count; i++) {
      dst[dstOffset + i] = Float.intBitsToFloat(getInt(offset + 4L * i));
    }
  }

  @Override
  public void putByte(long offset, byte value) {
    int at = at(offset, 1);
    int shift = 8 * (at & 3);
    MemoryImports.store(bank, at & ~3, (word(at) & ~(0xFF << shift)) | (value & 0xFF) << shift);
  }

  @Override
  public void putInt(long offset, int value) {
    int at = at(offset, 4);
    if ((at & 3) == 0) {
      MemoryImports.store(bank, at, value);
      return;
    }
    for (int i = 0; i < 4; i++) {
      putByte(offset + i, (byte) (value >> (8 * i)));
    }
  }

  @Override
  public void putBytes(long offset, byte[] src, int srcOffset, int length) {
    at(offset, length);
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      int at = srcOffset + i;
      putInt(
          offset + i,
          (src[at] & 0xFF)
              | (src[at + 1] & 0xFF) << 8
              | (src[at + 2] & 0xFF) << 16
              | src[at + 3] << 24);
    }
    for (; i < length; i++) {
      putByte(offset + i, src[srcOffset + i]);
    }
  }

  @Override
  public void putFloats(long offset, float[] src, int srcOffset, int count) {
    at(offset, 4L * count);
    for (int i = 0; i < count; i++) {
      putInt(offset + 4L * i, Float.floatToRawIntBits(src[srcOffset + i]));
    }
  }

  @Override
  public BankMemory slice(long offset, long length) {
    return new BankMemory(bank, at(offset, length), length);
  }
}
