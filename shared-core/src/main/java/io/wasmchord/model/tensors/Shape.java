package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tensor before it has bytes.
 *
 * @param viewed the tensor of which these are rows, or null
 * @param firstRow the first of them
 */
public record Shape(TensorType type, int rows, int cols, @Nullable Tensor viewed, int firstRow)
    implements Tensor {
  /** One that is no view. */
  public Shape(TensorType type, int rows, int cols) {
    this(type, rows, cols, null, 0);
  }

  @Override
  public Tensor rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    return new Shape(type, count, cols, whole(), firstRow + from);
  }

  @Override
  public Tensor whole() {
    return viewed == null ? this : viewed;
  }
}
