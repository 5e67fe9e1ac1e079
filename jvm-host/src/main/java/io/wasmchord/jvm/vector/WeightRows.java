package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import java.lang.foreign.ValueLayout;

/**
 * A weight's rows in groups of {@link Lanes#ROWS}, their blocks interleaved as {@link BlockLayout}
 * says; 16-bit fields in the order of {@link Lanes#row}. Rows that the last group lacks are zeros.
 *
 * @param stored address of the rows as they stand in the file
 * @param packed address of the interleaved copy, or 0 to interleave blocks as they are used
 */
record WeightRows(TensorType type, int rows, int cols, long stored, long packed) {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  int groups() {
    return groups(rows);
  }

  private static int groups(int rows) {
    return (rows + ROWS - 1) / ROWS;
  }

  int blocks() {
    return cols / type.blockElements();
  }

  private long groupBytes() {
    return type.rowBytes(cols) * ROWS;
  }

  /** Bytes of the interleaved copy of such a weight. */
  static long packedBytes(TensorType type, int rows, int cols) {
    return Math.multiplyExact(groups(rows), type.rowBytes(cols) * ROWS);
  }

  /** Address of {@code count} interleaved blocks of a group, from block {@code first} on. */
  long blocks(int group, int first, int count, Scratch scratch) {
    if (packed != 0) {
      return packed + group * groupBytes() + (long) first * type.blockBytes() * ROWS;
    }
    interleave(group, first, count, scratch.interleaved);
    return scratch.interleaved;
  }

  /** Writes the interleaved copy of a group. */
  void pack(int group) {
    interleave(group, 0, blocks(), packed + group * groupBytes());
  }

  private void interleave(int group, int first, int count, long to) {
    BlockLayout layout = BlockLayout.of(type, ROWS);
    int[] order = order();
    long rowBytes = type.rowBytes(cols);
    for (int b = 0; b < count; b++) {
      long block = to + (long) b * layout.bytes();
      for (int lane = 0; lane < ROWS; lane++) {
        int row = Lanes.row(lane);
        long from =
            stored + (group * ROWS + row) * rowBytes + (long) (first + b) * type.blockBytes();
        boolean there = group * ROWS + row < rows;
        for (int h = 0; h < layout.halves(); h++) {
          short half = there ? ALL.get(SHORT, from + layout.halvesAt() + 2L * h) : 0;
          ALL.set(SHORT, block + layout.half(h) + 2L * lane, half);
        }
        words(order, there ? from + layout.wordsAt() : 0, block + layout.word(0) + 4L * row);
      }
    }
  }

  private int[] order() {
    return switch (type) {
      case F32 -> new int[] {0};
      case F16, BF16 -> new int[0];
      default -> BlockCode.of(type).order();
    };
  }

  private static void words(int[] order, long from, long to) {
    for (int w = 0; w < order.length; w++) {
      ALL.set(INT, to + (long) w * 4 * ROWS, from == 0 ? 0 : ALL.get(INT, from + 4L * order[w]));
    }
  }
}
