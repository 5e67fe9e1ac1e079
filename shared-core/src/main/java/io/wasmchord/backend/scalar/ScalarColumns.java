package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.math.FloatMath;

/** Commands on some columns of rows. */
final class ScalarColumns {
  private ScalarColumns() {}

  /** Columns of one row. */
  static float[] of(Columns columns, int row) {
    ScalarTensor x = ScalarTensor.of(columns.tensor());
    float[] values = new float[columns.count()];
    x.data().getFloats(4L * ((long) row * x.cols() + columns.from()), values, 0, values.length);
    return values;
  }

  static void l2Norm(Command.L2Norm c) {
    ScalarTensor x = ScalarTensor.of(c.x().tensor());
    float[] row = new float[x.cols()];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, row, 0);
      for (int run = 0; run < c.runs(); run++) {
        int at = c.x().from() + run * c.size();
        float inverse = 1f / FloatMath.sqrt(StridedSum.ofSquares(row, at, c.size()) + c.eps());
        for (int i = at; i < at + c.size(); i++) {
          row[i] = row[i] * inverse;
        }
      }
      x.putRow(t, row, 0);
    }
  }

  static void scale(Command.ScaleColumns c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    float[] factors = ScalarTensor.of(c.factors()).values();
    float[] row = new float[x.cols()];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, row, 0);
      for (int i = 0; i < row.length; i++) {
        row[i] = row[i] * factors[i / c.each()];
      }
      x.putRow(t, row, 0);
    }
  }

  static void copy(Command.CopyColumns c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor out = ScalarTensor.of(c.out());
    float[] from = new float[x.cols()];
    float[] to = new float[out.cols()];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, from, 0);
      for (int at = 0; at < to.length; at += c.width()) {
        System.arraycopy(from, c.from() + at / c.width() * c.stride(), to, at, c.width());
      }
      out.putRow(t, to, 0);
    }
  }
}
