package io.wasmchord.host;

/** Splits independent work over the host's threads. Results may not depend on how it is split. */
public interface Parallel {
  /** Work on the indices {@code from} (inclusive) to {@code to} (exclusive). */
  @FunctionalInterface
  interface Range {
    void run(int from, int to);
  }

  /** Everything on the calling thread. */
  Parallel SINGLE = (n, range) -> range.run(0, n);

  /**
   * Covers {@code 0..n-1} exactly once with calls of {@code range}, and returns when all are done.
   */
  void forRange(int n, Range range);
}
