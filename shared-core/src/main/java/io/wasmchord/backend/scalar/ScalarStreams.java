package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.math.FloatMath;

/** Commands of models with several residual streams. */
final class ScalarStreams {
  private ScalarStreams() {}

  static void addMixed(Command.AddMixed c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor out = ScalarTensor.of(c.out().tensor());
    ScalarTensor factors = ScalarTensor.of(c.factors());
    float[] from = new float[x.cols()];
    float[] to = new float[out.cols()];
    float[] factor = new float[factors.cols()];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, from, 0);
      out.getRow(t, to, 0);
      factors.getRow(c.constant() ? 0 : t, factor, 0);
      for (int run = 0; run < c.outRuns(); run++) {
        int at = c.out().from() + run * c.width();
        for (int i = 0; i < c.width(); i++) {
          float sum = 0f;
          for (int j = 0; j < c.runs(); j++) {
            sum = sum + from[j * c.width() + i] * factor[run * c.runs() + j];
          }
          to[at + i] = to[at + i] + sum;
        }
      }
      out.putRow(t, to, 0);
    }
  }

  static void matchLength(Command.MatchLength c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    ScalarTensor like = ScalarTensor.of(c.like());
    int n = x.cols();
    float[] row = new float[n];
    for (int t = 0; t < x.rows(); t++) {
      like.getRow(t, row, 0);
      float length = FloatMath.sqrt(StridedSum.ofSquares(row, 0, n) / (float) n);
      x.getRow(t, row, 0);
      float own = StridedSum.ofSquares(row, 0, n) / (float) n;
      float factor = length / FloatMath.sqrt(own < c.eps() ? c.eps() : own);
      for (int i = 0; i < n; i++) {
        row[i] = row[i] * factor;
      }
      x.putRow(t, row, 0);
    }
  }

  static void sparsify(Command.Sparsify c) {
    ScalarTensor x = ScalarTensor.of(c.x());
    int n = x.cols();
    float[] row = new float[n];
    float[] centred = new float[n];
    for (int t = 0; t < x.rows(); t++) {
      x.getRow(t, row, 0);
      float mean = StridedSum.of(row, 0, n) / (float) n;
      for (int i = 0; i < n; i++) {
        centred[i] = row[i] - mean;
      }
      float deviation = FloatMath.sqrt(StridedSum.ofSquares(centred, 0, n) / (float) (n - 1));
      float cutoff = mean + deviation * c.deviations();
      for (int i = 0; i < n; i++) {
        row[i] = FloatMath.relu(row[i] - cutoff);
      }
      x.putRow(t, row, 0);
    }
  }
}
