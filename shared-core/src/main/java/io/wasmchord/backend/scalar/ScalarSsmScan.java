package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.StateBlocks;
import io.wasmchord.math.FloatMath;

/** The scan of a selective state space model, one row after the other. */
final class ScalarSsmScan {
  private final Command.SsmScan c;
  private final int size;
  private final int headDim;
  private final float[] a;
  private final float[] d;
  private final float[] dt;
  private final float[] out;

  private ScalarSsmScan(Command.SsmScan c) {
    this.c = c;
    this.size = c.size();
    this.headDim = c.channels() / c.heads();
    this.a = ScalarTensor.of(c.a()).values();
    this.d = ScalarTensor.of(c.d()).values();
    this.dt = new float[c.heads()];
    this.out = new float[c.channels()];
  }

  static void run(Command.SsmScan c) {
    ScalarSsmScan scan = new ScalarSsmScan(c);
    int from = 0;
    for (SequenceRows sequence : c.sequences()) {
      ScalarState state = ScalarState.of(sequence, c.layer(), c.offset(), c.stateValues());
      for (int t = from; t < from + sequence.count(); t++) {
        scan.row(t, state.values());
      }
      state.store();
      from += sequence.count();
    }
  }

  private void row(int t, float[] state) {
    float[] x = ScalarColumns.of(c.x(), t);
    float[] b = ScalarColumns.of(c.b(), t);
    float[] into = ScalarColumns.of(c.c(), t);
    ScalarTensor.of(c.dt()).getRow(t, dt, 0);
    for (int i = 0; i < x.length; i++) {
      int head = i / headDim;
      int group = head / (c.heads() / c.groups()) * size;
      float step = x[i] * dt[head];
      float sum = 0f;
      for (int s = 0; s < size; s++) {
        int at = at(i, s);
        float decay = FloatMath.exp(dt[head] * (c.byChannel() ? a[i * size + s] : a[head]));
        state[at] = state[at] * decay + b[group + s] * step;
        sum = sum + state[at] * into[group + s];
      }
      out[i] = sum + x[i] * d[head];
    }
    ScalarTensor.of(c.out()).putRow(t, out, 0);
  }

  private int at(int channel, int s) {
    return c.byChannel()
        ? StateBlocks.at(s, channel, size, c.channels())
        : channel / headDim * headDim * size + StateBlocks.at(s, channel % headDim, size, headDim);
  }
}
