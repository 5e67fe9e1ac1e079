package io.wasmchord.web.simd;

import io.wasmchord.backend.Tensor;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.memory.Region;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A matrix in linear memory; a weight's row groups are interleaved before its first product. */
final class SimdTensor implements Tensor {
  private final TensorType type;
  private final int rows;
  private final int cols;
  private final LinearMemory data;
  private final @Nullable SimdTensor viewed;
  private final int firstRow;
  private @Nullable Interleaved interleaved;
  private @Nullable ExpertTable experts;

  /**
   * What interleaving left.
   *
   * @param tail the last rows, padded to a group, or null where there are none
   * @param byExperts whether commands of a mixture do it, when they first choose the weight
   */
  record Interleaved(@Nullable LinearMemory tail, boolean byExperts) {
    /** Where the last group of {@code weight} lies. */
    Region tail(SimdTensor weight) {
      return tail == null ? weight.region() : Region.of(tail);
    }

    /** Leaves a weight to its mixture's commands. */
    static Interleaved byExperts(SimdTensor weight, LinearAllocator allocator) {
      if (weight.interleaved != null) {
        throw new IllegalArgumentException("an expert's weight has another use");
      }
      Interleaved state = new Interleaved(weight.tail(allocator), true);
      weight.interleaved = state;
      return state;
    }
  }

  SimdTensor(TensorType type, int rows, int cols, LinearMemory data) {
    this(type, rows, cols, data, null, 0);
  }

  private SimdTensor(
      TensorType type,
      int rows,
      int cols,
      LinearMemory data,
      @Nullable SimdTensor viewed,
      int firstRow) {
    this.type = type;
    this.rows = rows;
    this.cols = cols;
    this.data = data;
    this.viewed = viewed;
    this.firstRow = firstRow;
  }

  static SimdTensor of(Tensor tensor) {
    if (tensor instanceof SimdTensor simd) {
      return simd;
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

  LinearMemory data() {
    return data;
  }

  Region region() {
    return Region.of(data);
  }

  long values() {
    return (long) rows * cols;
  }

  int rowBytes() {
    return (int) type.rowBytes(cols);
  }

  @Override
  public SimdTensor rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    long bytes = type.rowBytes(cols);
    return new SimdTensor(
        type, count, cols, data.slice(from * bytes, count * bytes), whole(), firstRow + from);
  }

  @Override
  public SimdTensor whole() {
    return viewed == null ? this : viewed;
  }

  @Override
  public int firstRow() {
    return firstRow;
  }

  /** A copy of the last rows where they are no whole group, as they stand; null where they are. */
  @Nullable LinearMemory tail(LinearAllocator allocator) {
    int full = rows / BlockCode.ROWS * BlockCode.ROWS;
    if (rows == full) {
      return null;
    }
    LinearMemory tail = allocator.allocate((long) BlockCode.ROWS * rowBytes());
    byte[] row = new byte[rowBytes()];
    for (int r = full; r < rows; r++) {
      data.getBytes((long) r * row.length, row, 0, row.length);
      tail.putBytes((long) (r - full) * row.length, row, 0, row.length);
    }
    return tail;
  }

  /** The table of the experts of which this is the first one's first matrix, or null. */
  @Nullable ExpertTable experts() {
    return experts;
  }

  void experts(ExpertTable table) {
    experts = table;
  }

  @Nullable Interleaved interleaved() {
    return interleaved;
  }

  void interleaved(Interleaved state) {
    interleaved = state;
  }
}
