package io.wasmchord.jvm.vector;

/** How the blocks of a group of rows lie where kernels read them. One for each weight. */
interface BlockForm {
  /** Values in a block: those of a block of activations, or one of floats. */
  int values();

  /** Bytes of a row's block. */
  int blockBytes();

  /** The most blocks that are written at once, and stand together: a panel's, or one. */
  int together();

  /** Whether no float16 that was written is infinite or NaN. */
  boolean finite();

  /**
   * Blocks as they stand in the file.
   *
   * @param address of the first row's first block
   * @param rowBytes from a row to the next
   * @param rows that there are; others are zeros
   */
  record Source(long address, long rowBytes, int rows) {
    /**
     * Address of the row's block {@code block} of {@code bytes} bytes, or 0 where there is none.
     */
    long block(int row, int block, int bytes) {
      return row < rows ? address + row * rowBytes + (long) block * bytes : 0;
    }
  }

  /** Writes {@code count} blocks, at most {@link #together}, of all rows. */
  void write(Source source, int count, long to);
}
