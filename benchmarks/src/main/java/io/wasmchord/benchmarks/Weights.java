package io.wasmchord.benchmarks;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockEncoder;
import java.util.Random;

/** Seeded matrices and vectors. */
final class Weights {
  private static final int SEEDED_ROWS = 16; // repeated: the time does not depend on the values

  private Weights() {}

  /** The first rows of a matrix, whose other rows repeat them. */
  static byte[] rows(TensorType type, int cols) {
    float[] floats = vector(SEEDED_ROWS * cols, 1);
    byte[] bytes = new byte[(int) (SEEDED_ROWS * type.rowBytes(cols))];
    BlockEncoder encoder = type.format().encoder().orElseThrow();
    int block = type.blockElements();
    for (int b = 0; b < floats.length / block; b++) {
      encoder.encode(floats, b * block, bytes, b * type.blockBytes());
    }
    return bytes;
  }

  /** Normally distributed values. */
  static float[] vector(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
