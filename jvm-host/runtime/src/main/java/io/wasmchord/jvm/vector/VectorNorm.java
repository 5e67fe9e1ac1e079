package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.floats;
import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.math.FloatMath;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/** Norms by the Vector API. */
final class VectorNorm {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorNorm() {}

  /** Of some runs. */
  static void run(NormStep s, int from, int to, KernelScratch scratch) {
    float[] row = scratch.floats(s.size());
    for (int unit = from; unit < to; unit++) {
      MemorySegment.copy(ALL, FLOAT, s.x() + 4L * unit * s.size(), row, 0, s.size());
      if (s.layer()) {
        less(s, row, VectorSums.of(row, s.size()) / (float) s.size());
      }
      float mean = VectorSums.ofSquares(row, s.size()) / (float) s.size();
      float inverse = 1f / FloatMath.sqrt(mean + s.eps());
      long by = s.weight() + 4L * (unit % s.weights()) * s.size();
      if (s.bias() == 0) {
        store(s, row, inverse, by, s.out() + 4L * unit * s.size());
      } else {
        storeSum(s, row, inverse, by, s.out() + 4L * unit * s.size());
      }
    }
  }

  private static void less(NormStep s, float[] row, float mean) {
    int i = 0;
    for (; i + LANES <= s.size(); i += LANES) {
      FloatVector.fromArray(FLOATS, row, i).sub(mean).intoArray(row, i);
    }
    for (; i < s.size(); i++) {
      row[i] = row[i] - mean;
    }
  }

  private static void store(NormStep s, float[] row, float inverse, long by, long to) {
    int i = 0;
    for (; i + LANES <= s.size(); i += LANES) {
      FloatVector.fromArray(FLOATS, row, i)
          .mul(inverse)
          .mul(floats(by + 4L * i))
          .intoMemorySegment(ALL, to + 4L * i, LITTLE);
    }
    for (; i < s.size(); i++) {
      ALL.set(FLOAT, to + 4L * i, (row[i] * inverse) * ALL.get(FLOAT, by + 4L * i));
    }
  }

  private static void storeSum(NormStep s, float[] row, float inverse, long by, long to) {
    int i = 0;
    for (; i + LANES <= s.size(); i += LANES) {
      FloatVector.fromArray(FLOATS, row, i)
          .mul(inverse)
          .mul(floats(by + 4L * i))
          .add(floats(s.bias() + 4L * i))
          .intoMemorySegment(ALL, to + 4L * i, LITTLE);
    }
    for (; i < s.size(); i++) {
      float value = (row[i] * inverse) * ALL.get(FLOAT, by + 4L * i);
      ALL.set(FLOAT, to + 4L * i, value + ALL.get(FLOAT, s.bias() + 4L * i));
    }
  }
}
