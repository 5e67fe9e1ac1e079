package io.wasmchord.backend.scalar;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.UnpackedBlock;

/**
 * What one block adds to an output element: an exact integer sum, then a few float operations in a fixed order. The heart of the
 * contract; {@code docs/arithmetic.md} states it in formulas.
 */
enum BlockTerm {
  /** {@code (d * da) * sum(q * a)}. */
  PLAIN_32(ActivationRows.Format.Q8_0) {
    @Override
    float of(UnpackedBlock w, ActivationRows x, int row, int block) {
      float da = x.scales()[row * (x.cols() / 32) + block];
      return (w.d() * da) * (float) dot(w.q(), 0, x.q(), row * x.cols() + block * 32, 32);
    }
  },

  /** {@code (d * da) * sum(q * a) + m * s}, with the activation's s = da * sum(a). */
  MIN_32(ActivationRows.Format.Q8_1) {
    @Override
    float of(UnpackedBlock w, ActivationRows x, int row, int block) {
      int scale = 2 * (row * (x.cols() / 32) + block);
      float da = x.scales()[scale];
      int sum = dot(w.q(), 0, x.q(), row * x.cols() + block * 32, 32);
      return (w.d() * da) * (float) sum + w.dMin() * x.scales()[scale + 1];
    }
  },

  /** {@code da * (d * sum of scale[g] * sum(q * a))}. */
  PLAIN_256(ActivationRows.Format.Q8_K) {
    @Override
    float of(UnpackedBlock w, ActivationRows x, int row, int block) {
      float da = x.scales()[row * (x.cols() / 256) + block];
      return da * (w.d() * (float) scaledSum(w, x, row, block));
    }
  },

  /** {@code da * (d * sum of scale[g] * sum(q * a) - dMin * sum of min[g] * sum(a))}. */
  MIN_256(ActivationRows.Format.Q8_K) {
    @Override
    float of(UnpackedBlock w, ActivationRows x, int row, int block) {
      float da = x.scales()[row * (x.cols() / 256) + block];
      float values = w.d() * (float) scaledSum(w, x, row, block);
      return da * (values - w.dMin() * (float) minSum(w, x, row, block));
    }
  };

  private final ActivationRows.Format activations;

  BlockTerm(ActivationRows.Format activations) {
    this.activations = activations;
  }

  ActivationRows.Format activations() {
    return activations;
  }

  abstract float of(UnpackedBlock w, ActivationRows x, int row, int block);

  static BlockTerm of(TensorType type) {
    return switch (type) {
      case Q4_0, Q5_0, Q8_0, IQ4_NL -> PLAIN_32;
      case Q4_1, Q5_1 -> MIN_32;
      case Q3_K, Q6_K, IQ4_XS -> PLAIN_256;
      case Q2_K, Q4_K, Q5_K -> MIN_256;
      default -> throw new IllegalArgumentException(type + " is not computed with integers");
    };
  }

  private static int scaledSum(UnpackedBlock w, ActivationRows x, int row, int block) {
    int at = row * x.cols() + block * 256;
    int sum = 0;
    for (int g = 0; g * w.group() < 256; g++) {
      sum += w.scale()[g] * dot(w.q(), g * w.group(), x.q(), at + g * w.group(), w.group());
    }
    return sum;
  }

  private static int minSum(UnpackedBlock w, ActivationRows x, int row, int block) {
    int at = (row * x.cols() + block * 256) / 16;
    int sixteens = w.group() / 16;
    int sum = 0;
    for (int i = 0; i < 16; i++) {
      sum += w.min()[i / sixteens] * x.sums()[at + i];
    }
    return sum;
  }

  private static int dot(byte[] w, int wAt, byte[] x, int xAt, int n) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      sum += w[wAt + i] * x[xAt + i];
    }
    return sum;
  }
}
