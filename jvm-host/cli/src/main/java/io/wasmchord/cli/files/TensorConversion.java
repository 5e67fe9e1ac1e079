package io.wasmchord.cli.files;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.quant.format.BlockEncoder;
import io.wasmchord.quant.format.WeightedEncoder;
import org.jspecify.annotations.Nullable;

/** Writes a tensor in another format, row by row; one that has the format already as it is. */
final class TensorConversion {
  private final TensorInfo tensor;
  private final TensorType target;
  private final float @Nullable [] importances;
  private final int cols;

  /**
   * @param importances of the columns, one expert's after the other's; null where all count the
   *     same
   */
  TensorConversion(TensorInfo tensor, TensorType target, float @Nullable [] importances) {
    this.tensor = tensor;
    this.target = target;
    this.importances = importances;
    this.cols = Math.toIntExact(tensor.cols());
  }

  void write(ByteView data, GgufWriter.Sink sink) {
    byte[] source = new byte[(int) tensor.type().rowBytes(cols)];
    byte[] result = new byte[(int) target.rowBytes(cols)];
    float[] values = new float[cols];
    RowEncoder encoder = encoder();
    for (long row = 0; row < tensor.rows(); row++) {
      data.getBytes(row * source.length, source, 0, source.length);
      if (tensor.type() == target) {
        sink.write(source, 0, source.length);
      } else {
        decode(source, values);
        encoder.encode(row, values, result);
        sink.write(result, 0, result.length);
      }
    }
  }

  @FunctionalInterface
  private interface RowEncoder {
    void encode(long row, float[] values, byte[] dst);
  }

  private RowEncoder encoder() {
    if (importances != null) {
      float[] weights = importances;
      long rowsOfExpert = tensor.rows() / ImportanceMatrix.experts(tensor);
      WeightedEncoder encoder = target.format().weightedEncoder().orElseThrow();
      return (row, values, dst) ->
          encoder.encode(values, weights, (int) (row / rowsOfExpert) * cols, dst);
    }
    BlockEncoder encoder = target.format().encoder().orElseThrow();
    int n = target.blockElements();
    return (row, values, dst) -> {
      for (int b = 0; b * n < cols; b++) {
        encoder.encode(values, b * n, dst, b * target.blockBytes());
      }
    };
  }

  private void decode(byte[] source, float[] values) {
    BlockDecoder decoder = tensor.type().format().decoder().orElseThrow();
    int n = tensor.type().blockElements();
    for (int b = 0; b * n < cols; b++) {
      decoder.decode(source, b * tensor.type().blockBytes(), values, b * n);
    }
  }
}
