package io.wasmchord.web;

import org.teavm.interop.Import;

/** What the engine's JavaScript does for it. */
final class Host {
  private Host() {}

  /** Grows linear memory; the pages before, or -1. */
  @Import(module = "chord", name = "grow")
  static native int grow(int pages);

  /** Runs a list of commands on the compiled kernels; 0, or another number after a failure. */
  @Import(module = "chord", name = "run")
  static native int run(int control, int list);
}
