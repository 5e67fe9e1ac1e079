package io.wasmchord.backend.scalar;

import io.wasmchord.bytes.Memory;
import io.wasmchord.host.Parallel;
import io.wasmchord.quant.format.ActivationRows;
import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import java.util.Arrays;

/**
 * {@code out = x * weight^T}. Weight rows are independent, so they are what the host's threads
 * share.
 */
final class ScalarMatMul {
  private final Parallel parallel;

  ScalarMatMul(Parallel parallel) {
    this.parallel = parallel;
  }

  void run(ScalarTensor x, ScalarTensor weight, ScalarTensor out) {
    if (weight.type().format() instanceof IntegerFormat format) {
      quantized(x, weight, out, format);
    } else {
      floats(x, weight, out);
    }
  }

  private void quantized(
      ScalarTensor x, ScalarTensor weight, ScalarTensor out, IntegerFormat format) {
    ActivationRows activations = rounded(x, format);
    int rowBytes = (int) weight.rowBytes();
    int blockBytes = format.bytes();
    int blocks = rowBytes / blockBytes;
    Memory dst = out.memory();
    parallel.forRange(
        weight.rows(),
        (from, to) -> {
          byte[] row = new byte[rowBytes];
          float[] acc = new float[x.rows()]; // one element of each output row
          UnpackedBlock block = new UnpackedBlock();
          for (int r = from; r < to; r++) {
            weight.data().getBytes((long) r * rowBytes, row, 0, rowBytes);
            Arrays.fill(acc, 0f);
            for (int b = 0; b < blocks; b++) {
              format.unpack(row, b * blockBytes, block);
              for (int t = 0; t < acc.length; t++) {
                acc[t] = format.plus(acc[t], block, activations, t, b);
              }
            }
            putColumn(dst, out.cols(), r, acc);
          }
        });
  }

  private static ActivationRows rounded(ScalarTensor x, IntegerFormat format) {
    ActivationRows rows = ActivationRows.allocate(format.partner(), x.rows(), x.cols());
    float[] row = new float[x.cols()];
    for (int r = 0; r < x.rows(); r++) {
      x.getRow(r, row, 0);
      rows.put(r, row);
    }
    return rows;
  }

  private void floats(ScalarTensor x, ScalarTensor weight, ScalarTensor out) {
    int cols = x.cols();
    float[] activations = new float[Math.multiplyExact(x.rows(), cols)];
    x.data().getFloats(0, activations, 0, activations.length);
    Memory dst = out.memory();
    parallel.forRange(
        weight.rows(),
        (from, to) -> {
          RowDecoder rows = new RowDecoder(weight);
          float[] row = new float[cols];
          float[] acc = new float[x.rows()];
          for (int r = from; r < to; r++) {
            rows.decode(r, row);
            for (int t = 0; t < acc.length; t++) {
              acc[t] = dot(row, activations, t * cols);
            }
            putColumn(dst, out.cols(), r, acc);
          }
        });
  }

  private static float dot(float[] w, float[] x, int at) {
    float acc = 0f;
    for (int i = 0; i < w.length; i++) {
      acc = acc + w[i] * x[at + i];
    }
    return acc;
  }

  private static void putColumn(Memory dst, int cols, int column, float[] values) {
    for (int t = 0; t < values.length; t++) {
      dst.putFloat(4L * ((long) t * cols + column), values[t]);
    }
  }

  /** Decodes single rows of a weight to float32. */
  static final class RowDecoder {
    private final ScalarTensor weight;
    private final BlockDecoder decoder;
    private final byte[] bytes;

    RowDecoder(ScalarTensor weight) {
      this.weight = weight;
      this.decoder = weight.type().format().decoder().orElseThrow();
      this.bytes = new byte[(int) weight.rowBytes()];
    }

    void decode(int row, float[] dst) {
      weight.data().getBytes((long) row * bytes.length, bytes, 0, bytes.length);
      int blockBytes = weight.type().blockBytes();
      int elements = weight.type().blockElements();
      for (int b = 0; b * blockBytes < bytes.length; b++) {
        decoder.decode(bytes, b * blockBytes, dst, b * elements);
      }
    }
  }
}
