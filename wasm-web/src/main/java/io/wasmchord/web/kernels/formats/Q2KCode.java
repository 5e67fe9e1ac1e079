package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q2_K;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** Q2_K: 4 words of scales and minimums, 16 words of quants. */
final class Q2KCode extends MinimumCode {
  Q2KCode(Q2_K format) {
    super(format);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] scale = new V128.Local[4];
    V128.Local[] min = new V128.Local[4];
    for (int i = 0; i < 4; i++) {
      scale[i] = c.v128(low(word(block, i)));
      min[i] = c.v128(high(word(block, i)));
    }
    scales(ByteScales.ofUnsigned(scale));
    minimums(ByteScales.ofUnsigned(min));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 16; w++) {
      V128.Local packed = c.v128(word(block, 4 + w));
      for (int s = 0; s < 4; s++) {
        sink.word(w / 8 * 32 + 8 * s + w % 8, shifted(packed, -2 * s, 3));
      }
    }
  }
}
