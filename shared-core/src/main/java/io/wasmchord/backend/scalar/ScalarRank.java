package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;

/** Which values of a row are the largest. */
final class ScalarRank {
  private ScalarRank() {}

  /** Whether {@code a}, which stands behind {@code b}, is larger. */
  private static boolean larger(float a, float b) {
    return a > b || (Float.isNaN(a) && !Float.isNaN(b));
  }

  static void argMax(Command.ArgMax c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor index = ScalarTensor.of(c.index());
    ScalarTensor value = ScalarTensor.of(c.value());
    float[] row = new float[x.cols()];
    for (int r = 0; r < x.rows(); r++) {
      x.getRow(r, row, 0);
      int best = 0;
      for (int i = 1; i < c.count(); i++) {
        if (larger(row[i], row[best])) {
          best = i;
        }
      }
      index.putRow(r, new float[] {best}, 0);
      value.putRow(r, row, best);
    }
  }

  static void topK(Command.TopK c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    float[] row = new float[x.cols()];
    float[] indices = new float[c.k()];
    float[] values = new float[c.k()];
    for (int r = 0; r < x.rows(); r++) {
      x.getRow(r, row, 0);
      int kept = 0;
      for (int i = 0; i < c.count(); i++) {
        int at = kept;
        while (at > 0 && larger(row[i], values[at - 1])) {
          at--;
        }
        if (at < c.k()) {
          kept = Math.min(kept + 1, c.k());
          insert(values, at, kept, row[i]);
          insert(indices, at, kept, i);
        }
      }
      ScalarTensor.of(c.indices()).putRow(r, indices, 0);
      ScalarTensor.of(c.values()).putRow(r, values, 0);
    }
  }

  /** Moves what stands from {@code at} on by one place, of which the last drops out. */
  private static void insert(float[] sorted, int at, int size, float value) {
    System.arraycopy(sorted, at, sorted, at + 1, size - at - 1);
    sorted[at] = value;
  }
}
