package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.TQ2_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** TQ2_0: 16 words of pairs of bits. */
final class Tq20Code extends UnscaledCode {
  Tq20Code(TQ2_0 format) {
    super(format, 1);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 16; w++) {
      V128.Local packed = c.v128(word(block, w));
      for (int s = 0; s < 4; s++) {
        sink.word(w / 8 * 32 + 8 * s + w % 8, shifted(packed, -2 * s, 3));
      }
    }
  }
}
