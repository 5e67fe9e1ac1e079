package io.wasmchord.backend;

/**
 * How a matrix [rows, columns] lies in a recurrent state: blocks of {@link #WIDTH} columns, the
 * last one narrower, each row by row. So a block, which a backend takes through all rows of a
 * batch, is one piece of memory.
 */
public final class StateBlocks {
  /** Columns in a block. */
  public static final int WIDTH = 16;

  private StateBlocks() {}

  /** Blocks of a matrix. */
  public static int count(int columns) {
    return (columns + WIDTH - 1) / WIDTH;
  }

  /** Columns of a block. */
  public static int width(int block, int columns) {
    return Math.min(WIDTH, columns - block * WIDTH);
  }

  /** Where a value lies in its matrix. */
  public static int at(int row, int column, int rows, int columns) {
    int block = column / WIDTH;
    return block * WIDTH * rows + row * width(block, columns) + column % WIDTH;
  }
}
