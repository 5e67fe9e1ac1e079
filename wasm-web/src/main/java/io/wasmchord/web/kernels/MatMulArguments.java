package io.wasmchord.web.kernels;

/** The arguments of a matrix product, by index; see {@link CommandLayout#argument}. */
public final class MatMulArguments {
  /** Address of the weight's row groups. */
  public static final int WEIGHT = 0;

  /** Address of the last group where rows are no multiple of four; there padded with zeros. */
  public static final int TAIL = 1;

  /** Row groups at {@link #WEIGHT}. */
  public static final int FULL_GROUPS = 2;

  /** Bytes of a row group. */
  public static final int GROUP_BYTES = 3;

  /** Rows of the weight, columns of the result. */
  public static final int ROWS = 4;

  /** Blocks of a row. */
  public static final int BLOCKS = 5;

  /** Address of the packed activations. */
  public static final int ACTIVATIONS = 6;

  /** Address of the result. */
  public static final int OUT = 7;

  /** Rows of the result. */
  public static final int TOKENS = 8;

  private MatMulArguments() {}
}
