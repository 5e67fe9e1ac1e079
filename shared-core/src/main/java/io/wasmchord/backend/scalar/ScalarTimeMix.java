package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Columns;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.StateBlocks;
import io.wasmchord.backend.Tensor;

/** The commands of RWKV's layers, one row after the other. */
final class ScalarTimeMix {
  private ScalarTimeMix() {}

  private static float[] row(Tensor tensor, int row) {
    return ScalarColumns.of(Columns.of(tensor), row);
  }

  static void shift(Command.TokenShift c) {
    int from = 0;
    for (SequenceRows sequence : c.sequences()) {
      ScalarState state = ScalarState.of(sequence, c.layer(), c.offset(), c.x().cols());
      float[] before = state.values();
      for (int t = from; t < from + sequence.count(); t++) {
        float[] x = row(c.x(), t);
        float[] out = new float[x.length];
        for (int i = 0; i < x.length; i++) {
          out[i] = before[i] - x[i];
          before[i] = x[i];
        }
        ScalarTensor.of(c.out()).putRow(t, out, 0);
      }
      state.store();
      from += sequence.count();
    }
  }

  static void wkv(Command.Wkv c) {
    int from = 0;
    for (SequenceRows sequence : c.sequences()) {
      ScalarState state = ScalarState.of(sequence, c.layer(), c.offset(), c.stateValues());
      for (int t = from; t < from + sequence.count(); t++) {
        Row row = Row.of(c, t);
        for (int j = 0; j < row.out.length; j++) {
          column(row, state.values(), j, c.headDim());
        }
        ScalarTensor.of(c.out()).putRow(t, row.out, 0);
      }
      state.store();
      from += sequence.count();
    }
  }

  /** A row's operands; {@code a} and {@code b} are empty where there are none. */
  private record Row(
      float[] r, float[] w, float[] k, float[] v, float[] a, float[] b, float[] out) {
    static Row of(Command.Wkv c, int t) {
      return new Row(
          row(c.r(), t),
          row(c.w(), t),
          row(c.k(), t),
          row(c.v(), t),
          c.a() == null ? new float[0] : row(c.a(), t),
          c.b() == null ? new float[0] : row(c.b(), t),
          new float[c.out().cols()]);
    }
  }

  private static void column(Row row, float[] state, int j, int dim) {
    int head = j / dim * dim;
    float known = 0f;
    for (int i = 0; i < dim && row.a.length > 0; i++) {
      known = known + row.a[head + i] * state[at(head, i, j, dim)];
    }
    float sum = 0f;
    for (int i = 0; i < dim; i++) {
      int at = at(head, i, j, dim);
      float next = state[at] * row.w[head + i] + row.v[j] * row.k[head + i];
      if (row.a.length > 0) {
        next = next + known * row.b[head + i];
        sum = sum + next * row.r[head + i];
      } else {
        sum = sum + state[at] * row.r[head + i];
      }
      state[at] = next;
    }
    row.out[j] = sum;
  }

  private static int at(int head, int i, int j, int dim) {
    return head * dim + StateBlocks.at(i, j % dim, dim, dim);
  }

  static void bonus(Command.AddBonus c) {
    float[] factors = ScalarTensor.of(c.factors()).values();
    for (int t = 0; t < c.x().rows(); t++) {
      float[] x = row(c.x(), t);
      float[] r = row(c.r(), t);
      float[] k = row(c.k(), t);
      float[] v = row(c.v(), t);
      for (int head = 0; head < x.length; head += c.headDim()) {
        float sum = 0f;
        for (int i = head; i < head + c.headDim(); i++) {
          sum = sum + (r[i] * k[i]) * factors[i];
        }
        for (int i = head; i < head + c.headDim(); i++) {
          x[i] = x[i] + v[i] * sum;
        }
      }
      ScalarTensor.of(c.x()).putRow(t, x, 0);
    }
  }
}
