package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.TensorType;

/** How products are summed; which activations that takes. */
public enum DotMode {
  /** Quants 0..127 times int8 by a relaxed dot product, in 16 bits, then widened. */
  BYTES,
  /** Quants as int16 times int16, neighbours added to 32 bits. */
  SHORTS,
  /** float32 times float32. */
  FLOATS;

  public static DotMode of(TensorType type, boolean relaxed) {
    return switch (type) {
      case F32, F16, BF16 -> FLOATS;
      default -> relaxed && Blocks256.of(type).largestQuant() > 0 ? BYTES : SHORTS;
    };
  }

  public ActivationFormat activations(TensorType type) {
    if (this == FLOATS) {
      return ActivationFormat.FLOATS;
    }
    if (type.blockElements() == 32) {
      return this == BYTES ? ActivationFormat.Q8_BYTES : ActivationFormat.Q8_SHORTS;
    }
    return this == BYTES ? ActivationFormat.Q8K_BYTES : ActivationFormat.Q8K_SHORTS;
  }
}
