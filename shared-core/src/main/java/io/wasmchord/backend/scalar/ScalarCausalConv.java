package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.math.FloatMath;
import org.jspecify.annotations.Nullable;

/** A convolution whose last positions stay in the state. */
final class ScalarCausalConv {
  private final Command.CausalConv c;
  private final int columns;
  private final int kernelSize;
  private final float[] weight; // [columns][kernelSize]
  private final float @Nullable [] bias;
  private final float[] x;
  private final float[] sum;

  private ScalarCausalConv(Command.CausalConv c) {
    this.c = c;
    this.columns = c.x().cols();
    this.kernelSize = c.kernelSize();
    this.weight = ScalarTensor.of(c.weight()).values();
    this.bias = c.bias() == null ? null : ScalarTensor.of(c.bias()).values();
    this.x = new float[columns];
    this.sum = new float[columns];
  }

  static void run(Command.CausalConv c) {
    ScalarCausalConv conv = new ScalarCausalConv(c);
    int from = 0;
    for (SequenceRows sequence : c.sequences()) {
      conv.run(sequence, from);
      from += sequence.count();
    }
  }

  private void run(SequenceRows sequence, int from) {
    ScalarState state = ScalarState.of(sequence, c.layer(), c.offset(), c.stateValues());
    for (int t = 0; t < sequence.count(); t++) {
      ScalarTensor.of(c.x()).getRow(from + t, x, 0);
      row(sequence.position() + t, state.values());
      ScalarTensor.of(c.out()).putRow(from + t, sum, 0);
    }
    state.store();
  }

  private void row(int position, float[] past) {
    for (int i = 0; i < columns; i++) {
      float s = 0f;
      for (int k = Math.max(0, kernelSize - 1 - position); k < kernelSize - 1; k++) {
        int place = (position - (kernelSize - 1) + k) % (kernelSize - 1);
        s = s + weight[i * kernelSize + k] * past[place * columns + i];
      }
      s = s + weight[i * kernelSize + kernelSize - 1] * x[i];
      if (bias != null) {
        s = s + bias[i];
      }
      sum[i] = c.silu() ? FloatMath.silu(s) : s;
    }
    if (kernelSize > 1) {
      System.arraycopy(x, 0, past, position % (kernelSize - 1) * columns, columns);
    }
  }
}
