package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;

/**
 * A weight's rows in groups of {@link Width#ROWS}, in the form that the kernels read. Rows that the
 * last group lacks are zeros.
 *
 * @param stored address of the rows as they stand in the file
 * @param packed address of the copy in the kernels' form, or 0 to make it of blocks as they are
 *     used
 * @param form of a group's blocks
 */
record WeightRows(TensorType type, int rows, int cols, long stored, long packed, BlockForm form) {
  static WeightRows of(TensorType type, int rows, int cols, long stored, long packed) {
    return new WeightRows(type, rows, cols, stored, packed, form(type, packed != 0));
  }

  /** A copy is for machine code where there is some, blocks as they are used are not. */
  private static BlockForm form(TensorType type, boolean copy) {
    return switch (WeightFormat.of(type.format())) {
      case FloatFormat f -> new Interleaving(f, BlockLayout.of(f, ROWS));
      case IntegerFormat f when copy && MachineKernels.of(type, f) != null -> MachineForms.of(f);
      case IntegerFormat f -> BlockCode.of(f).form();
    };
  }

  int groups() {
    return groups(rows);
  }

  /** Whether all float16 are known to be finite. */
  boolean finite() {
    return packed != 0 && form.finite();
  }

  /** Groups of so many rows. */
  static int groups(int rows) {
    return (rows + ROWS - 1) / ROWS;
  }

  int blocks() {
    return cols / form.values();
  }

  /** Bytes of the copy of such a weight. */
  static long packedBytes(TensorType type, int rows, int cols) {
    return packedBytes(form(type, true), rows, cols);
  }

  /** The same of a form. */
  static long packedBytes(BlockForm form, int rows, int cols) {
    return Math.multiplyExact(groups(rows), rowBytes(form, cols) * ROWS);
  }

  /** Bytes of a row of the copy. */
  static long rowBytes(TensorType type, long cols) {
    return rowBytes(form(type, true), cols);
  }

  private static long rowBytes(BlockForm form, long cols) {
    return cols / form.values() * form.blockBytes();
  }

  /** Address of {@code count} blocks of a group, from block {@code first} on. */
  long blocks(int group, int first, int count, KernelScratch scratch) {
    if (packed != 0) {
      return packed + ((long) group * blocks() + first) * form.blockBytes() * ROWS;
    }
    write(group, first, count, scratch.interleaved);
    return scratch.interleaved;
  }

  /** Writes the copy of a group. */
  void pack(int group) {
    write(group, 0, blocks(), packed + (long) group * blocks() * form.blockBytes() * ROWS);
  }

  private void write(int group, int first, int count, long to) {
    long rowBytes = type.rowBytes(cols);
    int present = Math.min(ROWS, rows - group * ROWS);
    int most = form.together();
    for (int b = 0; b < count; b += Math.min(most, count - b)) {
      long from = stored + group * ROWS * rowBytes + type.rowBytes((first + b) * form.values());
      form.write(
          new BlockForm.Source(from, rowBytes, present),
          Math.min(most, count - b),
          to + (long) b * form.blockBytes() * ROWS);
    }
  }
}
