package io.wasmchord.web.memory;

import org.teavm.interop.Import;

/** What the engine's JavaScript does for its memories. They have numbers; 0 is the engine's own. */
final class MemoryImports {
  private MemoryImports() {}

  /** Creates a further memory of one page; its number, or -1. */
  @Import(module = "chord", name = "newBank")
  static native int newBank();

  /** Grows a memory; the pages before, or -1. */
  @Import(module = "chord", name = "grow")
  static native int grow(int bank, int pages);

  /** A word of a further memory; the address is a multiple of 4. */
  @Import(module = "chord", name = "load")
  static native int load(int bank, int address);

  /** Overwrites a word of a further memory. */
  @Import(module = "chord", name = "store")
  static native void store(int bank, int address, int value);

  /** Writes zeros to a further memory. */
  @Import(module = "chord", name = "clear")
  static native void clear(int bank, int address, int bytes);
}
