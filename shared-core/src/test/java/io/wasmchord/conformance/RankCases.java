package io.wasmchord.conformance;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The largest values of rows: with equals, zeros of both signs, infinities, and what is no number.
 */
final class RankCases {
  private static final int ROWS = 3;

  private final List<ConformanceCase> cases = new ArrayList<>();

  /** What the rows hold. */
  private enum Fill {
    NUMBERS,
    EQUALS,
    ZEROS,
    INFINITIES,
    NOT_NUMBERS
  }

  private RankCases() {
    for (Fill fill : Fill.values()) {
      for (int[] size : new int[][] {{1, 1}, {3, 3}, {5, 4}, {64, 64}, {67, 66}, {1031, 1029}}) {
        argMax(fill, size[0], size[1]);
        IntStream.of(1, 2, 40, size[1])
            .distinct()
            .filter(k -> k <= size[1])
            .forEach(k -> topK(fill, size[0], size[1], k));
      }
    }
  }

  static List<ConformanceCase> all() {
    return new RankCases().cases;
  }

  private static float[] values(String name, Fill fill, int n) {
    float[] values = new Inputs(name).floats(n, 9f);
    for (int i = 0; i < n; i++) {
      float value = values[i];
      values[i] =
          switch (fill) {
            case NUMBERS -> value;
            case EQUALS -> value > 3f ? 3f : value;
            case ZEROS -> value > 0f ? (i % 2 == 0 ? -0f : 0f) : value < -6f ? 0f : -0f;
            case INFINITIES ->
                value > 6f
                    ? Float.POSITIVE_INFINITY
                    : value > -6f ? Float.NEGATIVE_INFINITY : value;
            case NOT_NUMBERS -> value > 5f ? Float.NaN : value;
          };
    }
    return values;
  }

  private static String name(String what, Fill fill, int cols, int count) {
    return what + " of " + count + " of [" + ROWS + ", " + cols + "] " + fill;
  }

  private void argMax(Fill fill, int cols, int count) {
    String name = name("argMax", fill, cols, count);
    add(name, fill, cols, 1, (c, x, places, values) -> c.argMax(x, count, places, values));
  }

  private void topK(Fill fill, int cols, int count, int k) {
    String name = name("topK", fill, cols, count) + ", " + k;
    add(name, fill, cols, k, (c, x, places, values) -> c.topK(x, count, places, values));
  }

  private interface Rank {
    void record(Commands commands, Tensor x, Tensor places, Tensor values);
  }

  /** Places and values, each between their sentinels. */
  private void add(String name, Fill fill, int cols, int k, Rank rank) {
    cases.add(
        new ConformanceCase(
            name,
            rig -> {
              Tensor x = rig.activation(ROWS, cols, values(name, fill, ROWS * cols));
              Guarded places = rig.guarded(ROWS, k);
              Guarded values = rig.guarded(ROWS, k);
              Commands commands = rig.backend().record();
              rank.record(commands, x, places.inner(), values.inner());
              int each = (ROWS + 2) * k;
              float[] before = new float[each];
              commands.readBack(places.whole(), before, 0);
              float[] all = Arrays.copyOf(values.after(commands), 2 * each);
              System.arraycopy(before, 0, all, each, each);
              return halves(all);
            }));
  }

  /** The bits of all values as finite numbers, two for each, between two sentinels. */
  private static float[] halves(float[] values) {
    float[] halves = new float[2 * values.length + 2];
    halves[0] = Rig.SENTINEL;
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToIntBits(values[i]); // all that are no numbers are one
      halves[1 + 2 * i] = bits >>> 16;
      halves[2 + 2 * i] = bits & 0xFFFF;
    }
    halves[halves.length - 1] = Rig.SENTINEL;
    return halves;
  }
}
