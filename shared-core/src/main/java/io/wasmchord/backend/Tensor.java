package io.wasmchord.backend;

import io.wasmchord.quant.TensorType;

/**
 * A handle on a matrix that a backend owns: {@code rows} rows of {@code cols} values of one type.
 */
public interface Tensor {
  TensorType type();

  int rows();

  int cols();

  /**
   * The {@code count} rows from {@code from} on, sharing this tensor's storage. Only for
   * activations.
   *
   * @throws IndexOutOfBoundsException when a row outside the tensor is asked for
   */
  Tensor rows(int from, int count);

  /** The tensor whose rows these are; itself where it is no view. */
  Tensor whole();

  /** Rows of {@link #whole} before the first of these. */
  int firstRow();
}
