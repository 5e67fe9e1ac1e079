package io.wasmchord.web.simd;

import io.wasmchord.web.memory.Region;

/** Runs the emitted module on all threads. */
@FunctionalInterface
public interface KernelRunner {
  /**
   * Runs a list to its end.
   *
   * @param control what the threads share
   * @param list the commands
   * @return false when a thread was lost
   */
  boolean run(ControlArea control, Region list);
}
