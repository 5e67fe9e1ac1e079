package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ROWS;

/**
 * A thread's scratch: up to 256 columns of a group of rows, unpacked. Quants lie as
 * [pair][vector][lane]: a 32-bit lane holds a pair of columns of one row, in the order of {@link
 * Activations}. Everything else lies as [block or group][row].
 */
final class Panel {
  /** Columns of a full panel. */
  static final int COLUMNS = 256;

  /** Columns of floats, which take no more than half of the smallest cache. */
  static final int FLOATS = Math.min(COLUMNS, 4096 / ROWS);

  /** Quants, without scales. */
  final short[] quants = new short[COLUMNS * ROWS];

  /** Weights that are floats, or quants as floats, as [column][row]. */
  final float[] values = new float[COLUMNS * ROWS];

  /** Integer scales of up to 16 groups, as [four groups][row]: four signed bytes in an int. */
  final int[] scales = new int[4 * ROWS];

  /** Integer minimums of up to 16 groups, likewise. */
  final int[] minimums = new int[4 * ROWS];

  /** Float scales of up to 8 blocks, or of their 16 parts. */
  final float[] d = new float[16 * ROWS];

  /** Scales of the minimums, or offsets, of up to 8 blocks. */
  final float[] dMin = new float[8 * ROWS];

  /** Where the quants of a pair stand. */
  static int pair(int pair, int vector) {
    return (2 * pair + vector) * ROWS;
  }
}
