package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * A matrix in native memory.
 *
 * <p>The commands between products are the scalar backend's own, on {@link #scalar()}.
 */
final class VectorTensor implements Tensor {
  private final Tensor scalar;
  private final long address;
  private @Nullable WeightRows weight;

  /**
   * @param scalar the same matrix as the scalar backend's tensor
   * @param address of its first row
   */
  VectorTensor(Tensor scalar, long address) {
    this.scalar = scalar;
    this.address = address;
  }

  static VectorTensor of(Tensor tensor) {
    if (tensor instanceof VectorTensor vector) {
      return vector;
    }
    throw new IllegalArgumentException(
        "a tensor of another backend: " + tensor.getClass().getName());
  }

  Tensor scalar() {
    return scalar;
  }

  long address() {
    return address;
  }

  /** The rows as products take them, or null before the first product. */
  @Nullable WeightRows weight() {
    return weight;
  }

  void weight(@Nullable WeightRows rows) {
    weight = rows;
  }

  @Override
  public TensorType type() {
    return scalar.type();
  }

  @Override
  public int rows() {
    return scalar.rows();
  }

  @Override
  public int cols() {
    return scalar.cols();
  }

  @Override
  public VectorTensor rows(int from, int count) {
    return new VectorTensor(scalar.rows(from, count), address + from * type().rowBytes(cols()));
  }
}
