package io.wasmchord.web.kernels.formats;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** F32: values as they are. */
final class F32Weights implements FloatWeights {
  @Override
  public V128 load(Code c, I32 address, int offset) {
    return V128.load(address, offset);
  }
}
