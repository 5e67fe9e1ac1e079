package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.BF16;
import io.wasmchord.quant.format.F16;
import io.wasmchord.quant.format.F32;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** How four rows' values of a format of floats are read, a lane for each row. */
public interface FloatWeights {
  /** Those of a format. */
  static FloatWeights of(FloatFormat format) {
    return switch (format) {
      case F32 _ -> new F32Weights();
      case F16 _ -> new F16Weights();
      case BF16 _ -> new Bf16Weights();
    };
  }

  /** Four neighbouring values as float32. */
  V128 load(Code c, I32 address, int offset);
}
