package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import io.wasmchord.math.FloatMath;
import jdk.incubator.vector.FloatVector;

/** A convolution whose last positions stay in the state. A lane is a column. */
final class CausalConv extends StateStep {
  private static final int COLUMNS = 64; // in a unit
  private static final int LENGTH = 4; // positions of nearly all models' convolutions

  private final int columns;
  private final int kernelSize;
  private final boolean silu;
  private final Strided x;
  private final Strided out;
  private final long weight;
  private final long bias; // 0 for none

  CausalConv(Command.CausalConv c) {
    super(
        "causalConv", c.sequences(), c.layer(), c.offset(), (c.x().cols() + COLUMNS - 1) / COLUMNS);
    this.columns = c.x().cols();
    this.kernelSize = c.kernelSize();
    this.silu = c.silu();
    this.x = Strided.of(VectorTensor.of(c.x()));
    this.out = Strided.of(VectorTensor.of(c.out()));
    this.weight = VectorTensor.of(c.weight()).address();
    this.bias = c.bias() == null ? 0 : VectorTensor.of(c.bias()).address();
  }

  @Override
  void unit(Rows rows, int unit, KernelScratch scratch) {
    float[] weights = scratch.floats(kernelSize * LANES);
    int end = Math.min(columns, (unit + 1) * COLUMNS);
    int i = unit * COLUMNS;
    for (; i + LANES <= end; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        for (int k = 0; k < kernelSize; k++) {
          weights[k * LANES + lane] = weight(i + lane, k);
        }
      }
      int t = 0;
      int plain =
          kernelSize == LENGTH
              ? Math.clamp(LENGTH - 1 - rows.position(), 0, rows.count())
              : rows.count();
      for (; t < plain; t++) {
        lanes(rows, t, i, weights);
      }
      if (t < rows.count()) {
        inRegisters(rows, t, i, weights);
      }
    }
    if (silu) {
      silu(rows, unit * COLUMNS, i);
    }
    for (; i < end; i++) {
      for (int t = 0; t < rows.count(); t++) {
        one(rows, t, i);
      }
    }
  }

  /** The usual length, for rows that have all positions before them, from {@code first} on. */
  private void inRegisters(Rows rows, int first, int i, float[] weights) {
    int position = rows.position() + first;
    FloatVector w0 = FloatVector.fromArray(FLOATS, weights, 0);
    FloatVector w1 = FloatVector.fromArray(FLOATS, weights, LANES);
    FloatVector w2 = FloatVector.fromArray(FLOATS, weights, 2 * LANES);
    FloatVector w3 = FloatVector.fromArray(FLOATS, weights, 3 * LANES);
    FloatVector x0 = Lanes.floats(past(rows, position - 3, i));
    FloatVector x1 = Lanes.floats(past(rows, position - 2, i));
    FloatVector x2 = Lanes.floats(past(rows, position - 1, i));
    long from = x.row(rows.first() + first) + 4L * i;
    long to = out.row(rows.first() + first) + 4L * i;
    for (int t = first; t < rows.count(); t++) {
      FloatVector x3 = Lanes.floats(from);
      FloatVector sum = FloatVector.zero(FLOATS).add(w0.mul(x0));
      sum = sum.add(w1.mul(x1)).add(w2.mul(x2)).add(w3.mul(x3));
      if (bias != 0) {
        sum = sum.add(Lanes.floats(bias + 4L * i));
      }
      sum.intoMemorySegment(ALL, to, LITTLE);
      x0 = x1;
      x1 = x2;
      x2 = x3;
      from += x.bytes();
      to += out.bytes();
    }
    int end = rows.position() + rows.count();
    x0.intoMemorySegment(ALL, past(rows, end - 3, i), LITTLE);
    x1.intoMemorySegment(ALL, past(rows, end - 2, i), LITTLE);
    x2.intoMemorySegment(ALL, past(rows, end - 1, i), LITTLE);
  }

  /** A loop of its own: with the sums' it would be more than the compiler takes in one piece. */
  private void silu(Rows rows, int from, int to) {
    for (int t = rows.first(); t < rows.end(); t++) {
      long row = out.row(t);
      for (int i = from; i < to; i += LANES) {
        VectorMath.silu(Lanes.floats(row + 4L * i)).intoMemorySegment(ALL, row + 4L * i, LITTLE);
      }
    }
  }

  private float weight(int column, int k) {
    return get(weight + 4L * ((long) column * kernelSize + k));
  }

  /** Address of a position's value in the state. */
  private long past(Rows rows, int position, int column) {
    return rows.state() + 4L * ((long) (position % (kernelSize - 1)) * columns + column);
  }

  private void lanes(Rows rows, int t, int i, float[] weights) {
    int position = rows.position() + t;
    FloatVector own = Lanes.floats(x.row(rows.first() + t) + 4L * i);
    FloatVector sum = FloatVector.zero(FLOATS);
    int last = kernelSize - 1;
    for (int k = Math.max(0, last - position); k < last; k++) {
      FloatVector w = FloatVector.fromArray(FLOATS, weights, k * LANES);
      sum = sum.add(w.mul(Lanes.floats(past(rows, position - last + k, i))));
    }
    sum = sum.add(FloatVector.fromArray(FLOATS, weights, last * LANES).mul(own));
    if (bias != 0) {
      sum = sum.add(Lanes.floats(bias + 4L * i));
    }
    if (last > 0) {
      own.intoMemorySegment(ALL, past(rows, position, i), LITTLE);
    }
    sum.intoMemorySegment(ALL, out.row(rows.first() + t) + 4L * i, LITTLE);
  }

  private void one(Rows rows, int t, int i) {
    int position = rows.position() + t;
    float own = get(x.row(rows.first() + t) + 4L * i);
    float sum = 0f;
    int last = kernelSize - 1;
    for (int k = Math.max(0, last - position); k < last; k++) {
      sum = sum + weight(i, k) * get(past(rows, position - last + k, i));
    }
    sum = sum + weight(i, last) * own;
    if (bias != 0) {
      sum = sum + get(bias + 4L * i);
    }
    if (last > 0) {
      put(past(rows, position, i), own);
    }
    put(out.row(rows.first() + t) + 4L * i, silu ? FloatMath.silu(sum) : sum);
  }
}
