package io.wasmchord.web.gpu;

import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.quant.TensorType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A matrix in a buffer of the GPU. */
final class GpuTensor implements Tensor {
  private final TensorType type;
  private final int rows;
  private final int cols;
  private final GpuMemory data;
  private final @Nullable GpuTensor viewed;
  private final int firstRow;
  private final @Nullable ByteView source;

  GpuTensor(TensorType type, int rows, int cols, GpuMemory data) {
    this(type, rows, cols, data, null, 0, null);
  }

  /** The same with the bytes that it was made of, which its owner keeps. */
  GpuTensor with(ByteView bytes) {
    return new GpuTensor(type, rows, cols, data, null, 0, bytes);
  }

  private GpuTensor(
      TensorType type,
      int rows,
      int cols,
      GpuMemory data,
      @Nullable GpuTensor viewed,
      int firstRow,
      @Nullable ByteView source) {
    this.type = type;
    this.rows = rows;
    this.cols = cols;
    this.data = data;
    this.viewed = viewed;
    this.firstRow = firstRow;
    this.source = source;
  }

  static GpuTensor of(Tensor tensor) {
    if (tensor instanceof GpuTensor gpu) {
      return gpu;
    }
    throw new IllegalArgumentException(
        "a tensor of another backend: " + tensor.getClass().getName());
  }

  @Override
  public TensorType type() {
    return type;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return cols;
  }

  GpuMemory data() {
    return data;
  }

  /** Whether it lies among the activations. */
  boolean inArena() {
    return data.buffer() == GpuMemory.ARENA;
  }

  /** The bytes that it was made of, where these are at hand. */
  @Nullable ByteView source() {
    return source;
  }

  int values() {
    return rows * cols;
  }

  long rowBytes() {
    return type.rowBytes(cols);
  }

  @Override
  public GpuTensor rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    long bytes = rowBytes();
    return new GpuTensor(
        type, count, cols, data.slice(from * bytes, count * bytes), whole(), firstRow + from, null);
  }

  @Override
  public GpuTensor whole() {
    return viewed == null ? this : viewed;
  }

  @Override
  public int firstRow() {
    return firstRow;
  }
}
