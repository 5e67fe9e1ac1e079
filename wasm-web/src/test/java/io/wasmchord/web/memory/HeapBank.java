package io.wasmchord.web.memory;

import io.wasmchord.bytes.HeapMemory;

/** A WebAssembly memory's stand-in on the JVM. */
public final class HeapBank implements Bank {
  private static final int PAGE = 65536;

  private final HeapMemory bytes;
  private int pages;

  /** One that does not grow beyond so many bytes. */
  public HeapBank(int most) {
    this.bytes = HeapMemory.ofSize(most);
    this.pages = (int) Main.BASE / PAGE;
  }

  @Override
  public long base() {
    return Main.BASE;
  }

  @Override
  public int grow(int more) {
    int before = pages;
    if ((long) (pages + more) * PAGE > bytes.size()) {
      return -1;
    }
    pages += more;
    return before;
  }

  @Override
  public void clear(int address, long length) {
    bytes.putBytes(address, new byte[(int) length], 0, (int) length);
  }

  @Override
  public LinearMemory region(int address, long length) {
    return new Region(address, bytes.slice(address, length));
  }

  private static final class Region extends LinearMemory {
    private final HeapMemory bytes;

    Region(int address, HeapMemory bytes) {
      super(address, bytes.size());
      this.bytes = bytes;
    }

    @Override
    public byte getByte(long offset) {
      return bytes.getByte(offset);
    }

    @Override
    public short getShort(long offset) {
      return bytes.getShort(offset);
    }

    @Override
    public int getInt(long offset) {
      return bytes.getInt(offset);
    }

    @Override
    public long getLong(long offset) {
      return bytes.getLong(offset);
    }

    @Override
    public void getBytes(long offset, byte[] dst, int dstOffset, int length) {
      bytes.getBytes(offset, dst, dstOffset, length);
    }

    @Override
    public void getFloats(long offset, float[] dst, int dstOffset, int count) {
      bytes.getFloats(offset, dst, dstOffset, count);
    }

    @Override
    public void putByte(long offset, byte value) {
      bytes.putByte(offset, value);
    }

    @Override
    public void putInt(long offset, int value) {
      bytes.putInt(offset, value);
    }

    @Override
    public void putBytes(long offset, byte[] src, int srcOffset, int length) {
      bytes.putBytes(offset, src, srcOffset, length);
    }

    @Override
    public void putFloats(long offset, float[] src, int srcOffset, int count) {
      bytes.putFloats(offset, src, srcOffset, count);
    }

    @Override
    public LinearMemory slice(long offset, long length) {
      return new Region(address() + (int) offset, bytes.slice(offset, length));
    }
  }
}
