package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;

/** What is known of a tensor before it has bytes. */
public record Shape(TensorType type, int rows, int cols) implements Tensor {
  @Override
  public Tensor rows(int from, int count) {
    throw new UnsupportedOperationException("this tensor has no bytes");
  }
}
