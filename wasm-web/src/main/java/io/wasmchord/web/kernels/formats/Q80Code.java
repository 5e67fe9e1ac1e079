package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q8_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;

/** Q8_0: eight words of signed bytes. */
final class Q80Code extends BlockCode {
  Q80Code(Q8_0 format) {
    super(format);
  }

  @Override
  public void begin(Code c, I32 block) {}

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 8; w++) {
      sink.word(w, word(block, w));
    }
  }
}
