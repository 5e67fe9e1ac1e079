package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.StateBlocks;

/** A gated delta net, one row after the other. */
final class ScalarDeltaNet {
  private final Command.DeltaNet c;
  private final int keyDim;
  private final int valueDim;
  private final float[] decay;
  private final float[] beta;
  private final float[] out;

  private ScalarDeltaNet(Command.DeltaNet c) {
    this.c = c;
    this.keyDim = c.keyDim();
    this.valueDim = c.valueDim();
    this.decay = new float[c.decay().cols()];
    this.beta = new float[c.beta().cols()];
    this.out = new float[c.out().cols()];
  }

  static void run(Command.DeltaNet c) {
    ScalarDeltaNet net = new ScalarDeltaNet(c);
    int from = 0;
    for (SequenceRows sequence : c.sequences()) {
      ScalarState state = ScalarState.of(sequence, c.layer(), c.offset(), c.stateValues());
      for (int t = from; t < from + sequence.count(); t++) {
        net.row(t, state.values());
      }
      state.store();
      from += sequence.count();
    }
  }

  private void row(int t, float[] state) {
    float[] q = ScalarColumns.of(c.q(), t);
    float[] k = ScalarColumns.of(c.k(), t);
    float[] v = ScalarColumns.of(c.v(), t);
    ScalarTensor.of(c.decay()).getRow(t, decay, 0);
    ScalarTensor.of(c.beta()).getRow(t, beta, 0);
    for (int head = 0; head < c.heads(); head++) {
      int key = c.keyHead(head) * keyDim;
      for (int j = 0; j < valueDim; j++) {
        column(state, head, j, new Row(q, k, v, key));
      }
    }
    ScalarTensor.of(c.out()).putRow(t, out, 0);
  }

  /**
   * A row's parts.
   *
   * @param key where the head's keys begin
   */
  private record Row(float[] q, float[] k, float[] v, int key) {}

  private void column(float[] state, int head, int j, Row row) {
    int base = head * keyDim * valueDim;
    float known = 0f;
    for (int i = 0; i < keyDim; i++) {
      int at = base + StateBlocks.at(i, j, keyDim, valueDim);
      known = known + (state[at] * decay(head, i)) * row.k[row.key + i];
    }
    float delta = (row.v[head * valueDim + j] - known) * beta[head];
    float sum = 0f;
    for (int i = 0; i < keyDim; i++) {
      int at = base + StateBlocks.at(i, j, keyDim, valueDim);
      state[at] = state[at] * decay(head, i) + row.k[row.key + i] * delta;
      sum = sum + state[at] * row.q[row.key + i];
    }
    out[head * valueDim + j] = sum * c.scale();
  }

  private float decay(int head, int i) {
    return c.decaysByRow() ? decay[head * keyDim + i] : decay[head];
  }
}
