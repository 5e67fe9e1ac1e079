package io.wasmchord.jvm.vector;

/**
 * A step of independent units.
 *
 * @param label for a profile
 * @param chunk units that a thread claims at a time
 */
record RangeStep(String label, int units, int chunk, Body body)
    implements WorkerPool.Step<KernelScratch> {
  /** Work on {@code count} units from {@code from} on. */
  interface Body {
    void run(int from, int count);
  }

  /** A step whose units are rows. */
  static RangeStep rows(String label, int rows, Body body) {
    return new RangeStep(label, rows, 1, body);
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
    body.run(from, to - from);
  }
}
