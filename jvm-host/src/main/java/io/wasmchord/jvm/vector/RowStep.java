package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;

import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** Commands between products. */
final class RowStep {
  private static final int GATED = 1024; // values in a unit

  private RowStep() {}

  /** Work on a range of rows. */
  interface Rows {
    void run(int from, int count);
  }

  /** A step whose units are rows. */
  static Team.Step<Scratch> rows(String label, int rows, Rows body) {
    return new Team.Step<>() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public int units() {
        return rows;
      }

      @Override
      public int chunk() {
        return 1;
      }

      @Override
      public void run(int from, int to, Scratch scratch) {
        body.run(from, to - from);
      }
    };
  }

  /** {@code out = silu(gate) * up} over {@code values} floats at addresses. */
  static Team.Step<Scratch> silu(long gate, long up, long out, long values) {
    int units = (int) ((values + GATED - 1) / GATED);
    return rows(
        "gate",
        units,
        (from, count) -> {
          long end = Math.min(values, (long) (from + count) * GATED);
          long i = (long) from * GATED;
          for (; i + LANES <= end; i += LANES) {
            FloatVector g = FloatVector.fromMemorySegment(FLOATS, ALL, gate + 4 * i, LITTLE);
            FloatVector u = FloatVector.fromMemorySegment(FLOATS, ALL, up + 4 * i, LITTLE);
            VectorMath.silu(g).mul(u).intoMemorySegment(ALL, out + 4 * i, LITTLE);
          }
          for (; i < end; i++) {
            float g = ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, gate + 4 * i);
            float u = ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, up + 4 * i);
            ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, out + 4 * i, FloatMath.silu(g) * u);
          }
        });
  }
}
