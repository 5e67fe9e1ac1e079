package io.wasmchord.gguf;

import io.wasmchord.quant.TensorType;
import java.util.List;

/**
 * One row of a GGUF file's tensor table.
 *
 * @param name the tensor's name, e.g. {@code blk.0.attn_q.weight}
 * @param type how its values are stored
 * @param shape 1 to 4 dimensions in ggml's order: {@code shape[0]} is the length of a row
 * @param offset bytes from the start of the file's data section
 * @param bytes bytes that the tensor occupies
 */
public record TensorInfo(String name, TensorType type, List<Long> shape, long offset, long bytes) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Values in a row. */
  public long cols() {
    return shape.get(0);
  }

  /** Rows: the product of all dimensions but the first. */
  public long rows() {
    long rows = 1;
    for (int i = 1; i < shape.size(); i++) {
      rows *= shape.get(i);
    }
    return rows;
  }

  /** Values in all. */
  public long elements() {
    return cols() * rows();
  }
}
