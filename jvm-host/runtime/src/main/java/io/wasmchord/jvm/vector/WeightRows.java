package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * A weight's rows in groups of {@link Lanes#ROWS}, their blocks interleaved as {@link BlockLayout}
 * says; 16-bit fields in the order of {@link Lanes#row}. Of blocks of 32 the 16-bit fields of a
 * whole panel come first, so that memory is read in order. Rows that the last group lacks are
 * zeros.
 *
 * @param stored address of the rows as they stand in the file
 * @param packed address of the interleaved copy, or 0 to interleave blocks as they are used
 * @param layout of a group's interleaved blocks
 * @param order of the words of a block, as the kernels want to read them
 * @param special whether a float16 of the copy is infinite or NaN
 */
record WeightRows(
    TensorType type,
    int rows,
    int cols,
    long stored,
    long packed,
    BlockLayout layout,
    int[] order,
    AtomicBoolean special) {
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int EXPONENT = 0x7C00;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  static WeightRows of(TensorType type, int rows, int cols, long stored, long packed) {
    BlockLayout layout = BlockLayout.of(type, ROWS);
    return new WeightRows(
        type, rows, cols, stored, packed, layout, order(type), new AtomicBoolean());
  }

  int groups() {
    return groups(rows);
  }

  /** Whether all float16 are known to be finite. */
  boolean finite() {
    return packed != 0 && !special.get();
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
  long blocks(int group, int first, int count, KernelScratch scratch) {
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
    long rowBytes = type.rowBytes(cols);
    for (int b = 0; b < count; b++) {
      int first8 = b / panel() * panel();
      int together = Math.min(panel(), blocks() - first - first8);
      long base = to + (long) first8 * layout.bytes();
      long halves = base + (long) (b - first8) * layout.halves() * BYTES;
      long words =
          base
              + (long) together * layout.halves() * BYTES
              + (long) (b - first8) * layout.words() * 2 * BYTES;
      for (int lane = 0; lane < ROWS; lane++) {
        int row = Lanes.row(lane);
        long from =
            stored + (group * ROWS + row) * rowBytes + (long) (first + b) * type.blockBytes();
        boolean there = group * ROWS + row < rows;
        halves(there ? from + layout.halvesAt() : 0, halves + 2L * lane);
        words(there ? from + layout.wordsAt() : 0, words + 4L * row);
      }
    }
  }

  /** Blocks whose 16-bit fields stand together before their words. */
  private int panel() {
    return type.blockElements() == 32 ? Panel.COLUMNS / 32 : 1;
  }

  private void halves(long from, long to) {
    for (int h = 0; h < layout.halves(); h++) {
      short half = from == 0 ? 0 : ALL.get(SHORT, from + 2L * h);
      ALL.set(SHORT, to + (long) h * BYTES, half);
      if ((half & EXPONENT) == EXPONENT) {
        special.set(true); // or an integer that looks so: that only costs time
      }
    }
  }

  private static int[] order(TensorType type) {
    return switch (WeightFormat.of(type.format())) {
      case FloatFormat f -> IntStream.range(0, BlockLayout.of(f, ROWS).words()).toArray();
      case IntegerFormat f -> BlockCode.require(f).order();
    };
  }

  private void words(long from, long to) {
    for (int w = 0; w < order.length; w++) {
      ALL.set(INT, to + (long) w * 4 * ROWS, from == 0 ? 0 : ALL.get(INT, from + 4L * order[w]));
    }
  }
}
