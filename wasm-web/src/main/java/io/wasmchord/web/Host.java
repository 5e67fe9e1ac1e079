package io.wasmchord.web;

import org.teavm.interop.Import;

/** What the engine's JavaScript does for it, beside what it does for its memories. */
final class Host {
  private Host() {}

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

  /** Reads a range of the file into the engine's memory; results as of {@link #awaitLayer}. */
  @Import(module = "chord", name = "readNow")
  static native int readNow(double offset, int bytes, int address);
}
