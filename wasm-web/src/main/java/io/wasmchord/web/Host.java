package io.wasmchord.web;

import org.teavm.interop.Import;

/** What the engine's JavaScript does for it. Memories have numbers; 0 is the engine's own. */
final class Host {
  private Host() {}

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

  /**
   * Runs a list of commands on the compiled kernels of a memory; 0, or another number after a
   * failure.
   */
  @Import(module = "chord", name = "run")
  static native int run(int bank, int control, int list);

  /** Begins to read a layer into a slot. */
  @Import(module = "chord", name = "startLayer")
  static native void startLayer(int layer, int slot);

  /** Whether the slot's layer has arrived: 1 if so. */
  @Import(module = "chord", name = "layerArrived")
  static native int layerArrived(int slot);

  /** Waits for the slot's layer: 0 when it is there, 1 after a failure, 2 after an abort. */
  @Import(module = "chord", name = "awaitLayer")
  static native int awaitLayer(int slot);

  /** Seconds since 1970 in local time. */
  @Import(module = "chord", name = "localSeconds")
  static native double localSeconds();

  /** Reads a piece of the file into the engine's memory; results as of {@link #awaitLayer}. */
  @Import(module = "chord", name = "readNow")
  static native int readNow(double offset, int bytes, int address);
}
