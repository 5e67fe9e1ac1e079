package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.Memory;
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
  private final @Nullable VectorTensor viewed;
  private @Nullable WeightRows weight;
  private @Nullable Memory copy;

  /**
   * @param scalar the same matrix as the scalar backend's tensor
   * @param address of its first row
   */
  VectorTensor(Tensor scalar, long address) {
    this(scalar, address, null);
  }

  private VectorTensor(Tensor scalar, long address, @Nullable VectorTensor viewed) {
    this.scalar = scalar;
    this.address = address;
    this.viewed = viewed;
  }

  static VectorTensor of(Tensor tensor) {
    if (tensor instanceof VectorTensor vector) {
      return vector;
    }
    throw new IllegalArgumentException(
        "a tensor of another backend: " + tensor.getClass().getName());
  }

  /** Whether two have memory in common; of float32. */
  static boolean overlap(Tensor a, Tensor b) {
    return of(a).address < of(b).end() && of(b).address < of(a).end();
  }

  private long end() {
    return address + 4L * rows() * cols();
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

  /**
   * Keeps the rows for later products.
   *
   * @param packed the memory of their interleaved copy, or null where there is none
   */
  void weight(WeightRows rows, @Nullable Memory packed) {
    weight = rows;
    copy = packed;
  }

  /** The memory of the interleaved copy, or null; the tensor has neither rows nor copy after. */
  @Nullable Memory takeCopy() {
    Memory taken = copy;
    weight = null;
    copy = null;
    return taken;
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
    return new VectorTensor(
        scalar.rows(from, count), address + from * type().rowBytes(cols()), whole());
  }

  @Override
  public VectorTensor whole() {
    return viewed == null ? this : viewed;
  }

  @Override
  public int firstRow() {
    return scalar.firstRow();
  }
}
