package io.wasmchord.backend.scalar;

import io.wasmchord.quant.Q8K;
import io.wasmchord.quant.Q8_0;
import io.wasmchord.quant.Q8_1;

/**
 * Rows of activations quantized as ggml does it, in the form that the weight's format asks for.
 *
 * @param q the int8 values, [rows, cols]
 * @param scales per block: d; for Q8_1 two floats, d and d * sum(q)
 * @param sums for Q8_K: sums of 16 values each
 */
record ActivationRows(int rows, int cols, byte[] q, float[] scales, short[] sums) {
  /** The three activation formats. */
  enum Format {
    Q8_0(32, 1),
    Q8_1(32, 2),
    Q8_K(256, 1);

    final int block;
    final int scalesPerBlock;

    Format(int block, int scalesPerBlock) {
      this.block = block;
      this.scalesPerBlock = scalesPerBlock;
    }
  }

  static ActivationRows quantize(ScalarTensor x, Format format) {
    int rows = x.rows();
    int cols = x.cols();
    int blocks = cols / format.block;
    byte[] q = new byte[rows * cols];
    float[] scales = new float[rows * blocks * format.scalesPerBlock];
    short[] sums = new short[format == Format.Q8_K ? q.length / 16 : 0];
    float[] row = new float[cols];
    for (int r = 0; r < rows; r++) {
      x.getRow(r, row, 0);
      for (int b = 0; b < blocks; b++) {
        int from = b * format.block;
        int to = r * cols + from;
        int scale = (r * blocks + b) * format.scalesPerBlock;
        switch (format) {
          case Q8_0 -> scales[scale] = Q8_0.quantizeBlock(row, from, q, to);
          case Q8_1 -> Q8_1.quantizeBlock(row, from, q, to, scales, scale);
          case Q8_K -> scales[scale] = Q8K.quantizeBlock(row, from, q, to, sums, to / 16);
        }
      }
    }
    return new ActivationRows(rows, cols, q, scales, sums);
  }
}
