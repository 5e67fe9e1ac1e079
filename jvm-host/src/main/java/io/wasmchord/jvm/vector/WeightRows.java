package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.TensorType;
import java.lang.foreign.ValueLayout;

/**
 * A weight's rows in groups of {@link Lanes#ROWS}, interleaved by units of two bytes: of every block
 * first unit 0 of all the group's rows, then unit 1, and so on. Rows that the last group lacks are
 * zeros.
 *
 * @param stored address of the rows as they stand in the file
 * @param packed address of the interleaved copy, or 0 to interleave blocks as they are used
 */
record WeightRows(TensorType type, int rows, int cols, long stored, long packed) {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

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
    int blockBytes = type.blockBytes();
    long rowBytes = type.rowBytes(cols);
    for (int b = 0; b < count; b++) {
      long block = to + (long) b * blockBytes * ROWS;
      for (int lane = 0; lane < ROWS; lane++) {
        int row = group * ROWS + Lanes.row(lane);
        long from = stored + row * rowBytes + (long) (first + b) * blockBytes;
        copy(row < rows ? from : 0, block + 2L * lane, blockBytes);
      }
    }
  }

  private static void copy(long from, long to, int bytes) {
    for (int u = 0; u < bytes; u += 2) {
      short unit = from == 0 ? 0 : ALL.get(SHORT, from + u);
      ALL.set(SHORT, to + (long) u * ROWS, unit);
    }
  }
}
