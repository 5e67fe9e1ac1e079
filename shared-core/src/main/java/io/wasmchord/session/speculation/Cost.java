package io.wasmchord.session.speculation;

/**
 * What batches take, by their rows. Kernels take rows in tiles, and other ways for one row than for
 * several, so no line fits: a size that was not measured lies between its neighbours that were.
 */
final class Cost {
  private static final double KEPT = 0.8; // of a mean, when something new is added to it
  private static final double ROW = 0.125; // of a single row's time, before others were measured

  private final double[] nanos = new double[SpeculationOptions.MOST_TOKENS + 2]; // 0: not measured

  /** Notes that a batch of so many rows took so long. */
  void note(int rows, long time) {
    if (rows < nanos.length) {
      double taken = Math.max(1, time);
      nanos[rows] = nanos[rows] == 0 ? taken : mean(nanos[rows], taken);
    }
  }

  /** Whether it is known what a single row takes. */
  boolean known() {
    return nanos[1] > 0;
  }

  /** What so many rows are expected to take. */
  double of(int rows) {
    int below = Math.min(rows, nanos.length - 1);
    while (below > 1 && nanos[below] == 0) {
      below--;
    }
    int above = rows;
    while (above < nanos.length && nanos[above] == 0) {
      above++;
    }
    if (below == rows) {
      return nanos[rows];
    }
    double each =
        above < nanos.length
            ? (nanos[above] - nanos[below]) / (above - below)
            : below > 1 ? (nanos[below] - nanos[1]) / (below - 1) : ROW * nanos[1];
    return nanos[below] + Math.max(0, each) * (rows - below);
  }

  /** A mean to which a value is added; a lower one counts more, as all sorts of things delay. */
  static double mean(double before, double now) {
    double kept = now < before ? 0.5 : KEPT;
    return kept * before + (1 - kept) * now;
  }
}
