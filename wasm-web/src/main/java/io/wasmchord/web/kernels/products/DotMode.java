package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.kernels.formats.BlockCode;

/** How products are summed; which activations that takes. */
public enum DotMode {
  /** Quants 0..127 times int8 by a relaxed dot product, in 16 bits, then widened. */
  BYTES,
  /** Quants as int16 times int16, neighbours added to 32 bits. */
  SHORTS,
  /** float32 times float32. */
  FLOATS;

  public static DotMode of(WeightFormat format, boolean relaxed) {
    return switch (format) {
      case FloatFormat _ -> FLOATS;
      case IntegerFormat f -> relaxed && BlockCode.of(f, true).largestQuant() >= 0 ? BYTES : SHORTS;
    };
  }

  public ActivationLayout activations(WeightFormat format) {
    return switch (format.partner()) {
      case FLOATS -> ActivationLayout.FLOATS;
      case Q8_0, Q8_1 -> this == BYTES ? ActivationLayout.Q8_BYTES : ActivationLayout.Q8_SHORTS;
      case Q8_K -> this == BYTES ? ActivationLayout.Q8K_BYTES : ActivationLayout.Q8K_SHORTS;
    };
  }
}
