package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.quant.TensorType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A matrix over bytes laid out as in a GGUF file: rows follow each other, blocks follow each other
 * in a row.
 *
 * @param viewed the tensor of which these are rows, or null
 * @param firstRow the first of them
 */
record ScalarTensor(
    TensorType type, int rows, int cols, ByteView data, @Nullable ScalarTensor viewed, int firstRow)
    implements Tensor {
  /** One that is no view. */
  ScalarTensor(TensorType type, int rows, int cols, ByteView data) {
    this(type, rows, cols, data, null, 0);
  }

  static ScalarTensor of(Tensor tensor) {
    if (tensor instanceof ScalarTensor scalar) {
      return scalar;
    }
    throw new IllegalArgumentException(
        "a tensor of another backend: " + tensor.getClass().getName());
  }

  long rowBytes() {
    return type.rowBytes(cols);
  }

  @Override
  public ScalarTensor rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    return new ScalarTensor(
        type,
        count,
        cols,
        data.slice(from * rowBytes(), count * rowBytes()),
        whole(),
        firstRow + from);
  }

  @Override
  public ScalarTensor whole() {
    return viewed == null ? this : viewed;
  }

  /** Copies row {@code row} of an F32 tensor to {@code dst}. */
  void getRow(int row, float[] dst, int dstOffset) {
    data.getFloats(4L * row * cols, dst, dstOffset, cols);
  }

  /** All values of an F32 tensor, row by row. */
  float[] values() {
    float[] values = new float[Math.multiplyExact(rows, cols)];
    data.getFloats(0, values, 0, values.length);
    return values;
  }

  /** Overwrites row {@code row} of an F32 activation. */
  void putRow(int row, float[] src, int srcOffset) {
    memory().putFloats(4L * row * cols, src, srcOffset, cols);
  }

  Memory memory() {
    if (data instanceof Memory memory) {
      return memory;
    }
    throw new IllegalArgumentException("a weight cannot be written by a command");
  }
}
