package io.wasmchord.web.memory;

import org.teavm.interop.Address;

/** One WebAssembly memory of up to 4 GiB. */
public interface Bank {
  /** The first byte that may be handed out. */
  long base();

  /** Grows it; the pages before, or -1. */
  int grow(int pages);

  /** Writes zeros; a multiple of 8 bytes. */
  void clear(int address, long bytes);

  /** A region. */
  LinearMemory region(int address, long bytes);

  /** Creates a further memory of one page; its number, or -1. */
  static int create() {
    return MemoryImports.newBank();
  }

  /** The engine's own memory. */
  record Main() implements Bank {
    /**
     * TeaVM keeps its static data and direct buffers below; the worker creates the memory this
     * large and lets TeaVM have no more.
     */
    public static final long BASE = 4 << 20;

    @Override
    public long base() {
      return BASE;
    }

    @Override
    public int grow(int pages) {
      return MemoryImports.grow(0, pages);
    }

    @Override
    public void clear(int address, long bytes) {
      Address at = Address.fromInt(address);
      for (int i = 0; i + 8 <= bytes; i += 8) {
        at.add(i).putLong(0);
      }
    }

    @Override
    public LinearMemory region(int address, long bytes) {
      return new MainMemory(address, bytes);
    }
  }

  /**
   * A further memory.
   *
   * @param number its number, from 1 on
   */
  record Further(int number) implements Bank {
    /** Address 0 means "none" to the kernels, so a page is left out. */
    public static final long BASE = 65536;

    @Override
    public long base() {
      return BASE;
    }

    @Override
    public int grow(int pages) {
      return MemoryImports.grow(number, pages);
    }

    @Override
    public void clear(int address, long bytes) {
      MemoryImports.clear(number, address, (int) bytes);
    }

    @Override
    public LinearMemory region(int address, long bytes) {
      return new BankMemory(number, address, bytes);
    }
  }
}
