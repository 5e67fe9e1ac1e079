package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** What Q4_0 and Q4_1 share: four words of nibbles. */
abstract class Nibbles32Code extends BlockCode {
  Nibbles32Code(IntegerFormat format) {
    super(format);
  }

  @Override
  public final void begin(Code c, I32 block) {}

  @Override
  public final void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 4; w++) {
      V128.Local packed = c.v128(word(block, w));
      sink.word(w, low(packed));
      sink.word(w + 4, high(packed));
    }
  }
}
