package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.floats;
import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Activation;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;

/** What is done with every value, by the Vector API: all values from one address to another. */
final class VectorElements {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private VectorElements() {}

  static void activate(Activation activation, long from, long end) {
    switch (activation) {
      case SILU -> silu(from, end);
      case GELU -> gelu(from, end);
      case GELU_ERF -> geluErf(from, end);
      case RELU_SQUARED -> reluSquared(from, end);
      default -> throw new IllegalArgumentException("no vectors of " + activation);
    }
  }

  /** Adds whole vectors; bytes of these. */
  static long add(long from, long end, long other) {
    long y = other;
    long x = from;
    for (; x + 4L * LANES <= end; x += 4L * LANES, y += 4L * LANES) {
      floats(x).add(floats(y)).intoMemorySegment(ALL, x, LITTLE);
    }
    return x - from;
  }

  private static void silu(long from, long end) {
    long x = from;
    for (; x + 4L * LANES <= end; x += 4L * LANES) {
      VectorMath.silu(floats(x)).intoMemorySegment(ALL, x, LITTLE);
    }
    for (; x < end; x += 4) {
      ALL.set(FLOAT, x, FloatMath.silu(ALL.get(FLOAT, x)));
    }
  }

  /** As {@link #silu}; a loop of its own, so that each has one formula to be inlined. */
  private static void gelu(long from, long end) {
    long x = from;
    for (; x + 4L * LANES <= end; x += 4L * LANES) {
      VectorMath.gelu(floats(x)).intoMemorySegment(ALL, x, LITTLE);
    }
    for (; x < end; x += 4) {
      ALL.set(FLOAT, x, FloatMath.gelu(ALL.get(FLOAT, x)));
    }
  }

  private static void geluErf(long from, long end) {
    long x = from;
    for (; x + 4L * LANES <= end; x += 4L * LANES) {
      VectorMath.geluErf(floats(x)).intoMemorySegment(ALL, x, LITTLE);
    }
    for (; x < end; x += 4) {
      ALL.set(FLOAT, x, FloatMath.geluErf(ALL.get(FLOAT, x)));
    }
  }

  private static void reluSquared(long from, long end) {
    long x = from;
    for (; x + 4L * LANES <= end; x += 4L * LANES) {
      VectorMath.reluSquared(floats(x)).intoMemorySegment(ALL, x, LITTLE);
    }
    for (; x < end; x += 4) {
      ALL.set(FLOAT, x, FloatMath.reluSquared(ALL.get(FLOAT, x)));
    }
  }
}
