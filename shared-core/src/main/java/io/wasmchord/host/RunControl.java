package io.wasmchord.host;

import io.wasmchord.errors.CancelledException;

/**
 * How the host watches and stops long work. Implementations must be cheap: both methods are called
 * often.
 */
public interface RunControl {
  /** A control that never cancels and ignores progress. */
  RunControl NONE = new RunControl() {};

  /**
   * True once the caller wants the work to stop; the worker then throws {@link CancelledException}.
   */
  default boolean cancelled() {
    return false;
  }

  /**
   * Reports progress.
   *
   * @param phase what is being done, e.g. {@code download}, {@code load}, {@code prefill}
   * @param done units done so far (bytes or tokens, by phase)
   * @param total units in all, or -1 where unknown
   */
  default void progress(String phase, long done, long total) {}

  /** Throws {@link CancelledException} if the caller wants the work to stop. */
  default void check() {
    if (cancelled()) {
      throw new CancelledException("stopped at the caller's request");
    }
  }
}
