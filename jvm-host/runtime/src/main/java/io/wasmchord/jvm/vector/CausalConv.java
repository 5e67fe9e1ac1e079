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
      for (int t = 0; t < rows.count(); t++) {
        lanes(rows, t, i, weights);
      }
    }
    for (; i < end; i++) {
      for (int t = 0; t < rows.count(); t++) {
        one(rows, t, i);
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
    FloatVector result = silu ? VectorMath.silu(sum) : sum;
    result.intoMemorySegment(ALL, out.row(rows.first() + t) + 4L * i, LITTLE);
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
