package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.backend.Command;
import jdk.incubator.vector.FloatVector;

/** The difference to the row before. A lane is a column. */
final class TokenShift extends StateStep {
  private static final int COLUMNS = 256; // in a unit

  private final int columns;
  private final Strided x;
  private final Strided out;

  TokenShift(Command.TokenShift c) {
    super(
        "tokenShift", c.sequences(), c.layer(), c.offset(), (c.x().cols() + COLUMNS - 1) / COLUMNS);
    this.columns = c.x().cols();
    this.x = Strided.of(VectorTensor.of(c.x()));
    this.out = Strided.of(VectorTensor.of(c.out()));
  }

  @Override
  void unit(Rows rows, int unit, KernelScratch scratch) {
    int from = unit * COLUMNS;
    int end = Math.min(columns, from + COLUMNS);
    if (rows.fresh()) {
      zero(rows.state() + 4L * from, end - from);
    }
    long before = rows.state() + 4L * from;
    for (int t = rows.first(); t < rows.end(); t++) {
      long own = x.row(t) + 4L * from;
      subtract(before, own, out.row(t) + 4L * from, end - from);
      before = own;
    }
    for (int i = 0; i < end - from; i++) {
      put(rows.state() + 4L * (from + i), get(before + 4L * i));
    }
  }

  private static void subtract(long before, long own, long to, int count) {
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      FloatVector difference = Lanes.floats(before + 4L * i).sub(Lanes.floats(own + 4L * i));
      difference.intoMemorySegment(ALL, to + 4L * i, LITTLE);
    }
    for (; i < count; i++) {
      put(to + 4L * i, get(before + 4L * i) - get(own + 4L * i));
    }
  }
}
