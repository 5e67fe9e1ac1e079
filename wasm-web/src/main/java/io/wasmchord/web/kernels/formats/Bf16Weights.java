package io.wasmchord.web.kernels.formats;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** BF16: the upper halves of float32. */
final class Bf16Weights implements FloatWeights {
  @Override
  public V128 load(Code c, I32 address, int offset) {
    return V128.load16x4U(address, offset).i32x4Shl(16);
  }
}
