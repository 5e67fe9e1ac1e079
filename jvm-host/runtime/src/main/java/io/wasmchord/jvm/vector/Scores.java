package io.wasmchord.jvm.vector;

import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Tensor;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * What attention does with scores that are scaled, before they weigh values.
 *
 * @param softCap 0 where there is none
 * @param sinks an address, or 0 where there are none; so {@code slopes} and {@code biases}
 */
record Scores(float softCap, long sinks, long slopes, long biases, AttentionOptions options) {
  static Scores of(Command.Attention a) {
    AttentionOptions options = a.options();
    return new Scores(
        a.softCap(),
        address(options.sinks()),
        address(options.slopes()),
        address(options.biases()),
        options);
  }

  private static long address(@Nullable Tensor tensor) {
    return tensor == null ? 0 : VectorTensor.of(tensor).address();
  }

  /** Where a token and its scores are: of {@code n} positions from {@code first} on. */
  record Row(int own, int head, int first, int n) {}

  /** Whether {@link #change} does anything. */
  boolean changes() {
    return softCap != 0f || slopes != 0 || biases != 0;
  }

  /** The head's sink, or minus infinity. */
  float sink(int head) {
    return sinks == 0 ? Float.NEGATIVE_INFINITY : at(sinks, head);
  }

  /** What the maximum of a head's scores is at least. */
  float least(int head) {
    float sink = sink(head);
    return sink > Float.NEGATIVE_INFINITY ? sink : Float.NEGATIVE_INFINITY;
  }

  /** Bounds scores from {@code at} on, and adds what depends on how far away positions are. */
  void change(Row row, float[] scores, int at) {
    if (softCap != 0f) {
      for (int i = at; i < at + row.n; i++) {
        scores[i] = softCap * FloatMath.tanh(scores[i] / softCap);
      }
    }
    int distance = row.own - row.first;
    if (slopes != 0) {
      float slope = at(slopes, row.head);
      for (int i = 0; i < row.n; i++) {
        scores[at + i] = scores[at + i] - slope * Math.abs(distance - i);
      }
    }
    if (biases != 0) {
      int from = row.head * (2 * options.reach() + 1);
      for (int i = 0; i < row.n; i++) {
        int place = options.place(row.own, row.first + i);
        scores[at + i] = scores[at + i] + at(biases, from + place);
      }
    }
  }

  private static float at(long address, int index) {
    return Width.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address + 4L * index);
  }
}
