package io.wasmchord.web.kernels.formats;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;

/** F16: halves, widened. */
final class F16Weights implements FloatWeights {
  @Override
  public V128 load(Code c, I32 address, int offset) {
    return Halves.toFloats(c, V128.load16x4U(address, offset));
  }
}
