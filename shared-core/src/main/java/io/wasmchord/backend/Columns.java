package io.wasmchord.backend;

/**
 * Neighbouring columns of every row of a tensor.
 *
 * @param tensor that has them
 * @param from the first of them
 * @param count columns, 1 or more
 */
public record Columns(Tensor tensor, int from, int count) {
  /** All columns. */
  public static Columns of(Tensor tensor) {
    return new Columns(tensor, 0, tensor.cols());
  }

  /** The same columns of some rows. */
  public Columns rows(int first, int rows) {
    return new Columns(tensor.rows(first, rows), from, count);
  }
}
