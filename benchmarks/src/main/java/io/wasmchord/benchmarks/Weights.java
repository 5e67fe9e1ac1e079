package io.wasmchord.benchmarks;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.BlockEncoder;
import java.util.Optional;
import java.util.Random;

/** Seeded matrices and vectors. */
final class Weights {
  private static final int SEEDED_ROWS = 16; // repeated: the time does not depend on the values

  private Weights() {}

  /**
   * The first rows of a matrix, whose other rows repeat them; of formats that are only read, random
   * bytes.
   */
  static byte[] rows(TensorType type, int cols) {
    byte[] bytes = new byte[(int) (SEEDED_ROWS * type.rowBytes(cols))];
    Optional<BlockEncoder> encoder = type.format().encoder();
    if (encoder.isEmpty()) {
      new Random(1).nextBytes(bytes);
      return bytes;
    }
    float[] floats = vector(SEEDED_ROWS * cols, 1);
    int block = type.blockElements();
    for (int b = 0; b < floats.length / block; b++) {
      encoder.get().encode(floats, b * block, bytes, b * type.blockBytes());
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
