package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import java.util.Arrays;

/** A short convolution along the positions. */
final class ScalarShortConv {
  private final Command.ShortConv c;
  private final ScalarTensor past;
  private final float[] weight; // [columns][positions that a row sees]
  private final float[] row;
  private final float[] gate;
  private final float[] sum;

  private ScalarShortConv(Command.ShortConv c) {
    this.c = c;
    this.past = ScalarTensor.of(c.past());
    this.weight = ScalarTensor.of(c.weight()).values();
    this.row = new float[past.cols()];
    this.gate = new float[past.cols()];
    this.sum = new float[past.cols()];
  }

  static void run(Command.ShortConv c) {
    ScalarShortConv conv = new ScalarShortConv(c);
    for (int t = 0; t < c.x().rows(); t++) {
      conv.store(t);
      conv.sum(c.position() + t);
      conv.write(t);
    }
  }

  private void store(int t) {
    ScalarTensor.of(c.x()).getRow(t, row, 0);
    ScalarTensor.of(c.inGate()).getRow(t, gate, 0);
    for (int i = 0; i < row.length; i++) {
      row[i] = gate[i] * row[i];
    }
    past.putRow((c.position() + t) % past.rows(), row, 0);
  }

  private void sum(int position) {
    int seen = c.seen();
    Arrays.fill(sum, 0f);
    for (int k = Math.max(0, seen - 1 - position); k < seen; k++) {
      past.getRow((position - (seen - 1) + k) % past.rows(), row, 0);
      for (int i = 0; i < sum.length; i++) {
        sum[i] = sum[i] + weight[i * seen + k] * row[i];
      }
    }
  }

  private void write(int t) {
    ScalarTensor.of(c.outGate()).getRow(t, gate, 0);
    for (int i = 0; i < sum.length; i++) {
      sum[i] = gate[i] * sum[i];
    }
    ScalarTensor.of(c.out()).putRow(t, sum, 0);
  }
}
