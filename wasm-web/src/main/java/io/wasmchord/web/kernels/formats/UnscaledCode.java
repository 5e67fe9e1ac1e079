package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** Formats of 256 values without integer scales: all are 1. */
abstract class UnscaledCode extends BlockCode {
  UnscaledCode(ScaledFormat format, int bias) {
    super(format, bias);
  }

  @Override
  public final void begin(Code c, I32 block) {}

  @Override
  public final V128 scalePairs(int g) {
    return V128.i16x8(1);
  }

  @Override
  public final V128 scaleLanes(int g) {
    return V128.i32x4(1);
  }

  @Override
  public final V128 pairs(int p) {
    return V128.i16x8(bias());
  }
}
