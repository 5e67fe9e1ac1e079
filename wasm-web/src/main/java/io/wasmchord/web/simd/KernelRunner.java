package io.wasmchord.web.simd;

/** Runs the emitted module on all threads. */
@FunctionalInterface
public interface KernelRunner {
  /**
   * Runs a list to its end.
   *
   * @param control address of the shared control area
   * @param list address of the commands
   * @return 0, or another number when a thread was lost
   */
  int run(int control, int list);
}
