package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q4_K;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** Q4_K: scales and minimums, then nibbles. */
final class Q4KCode extends SixBitScalesCode {
  Q4KCode(Q4_K format) {
    super(format);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < NIBBLE_WORDS; w++) {
      V128.Local packed = c.v128(word(block, SCALE_WORDS + w));
      int to = lowQuants(w);
      sink.word(to, low(packed));
      sink.word(to + 8, high(packed));
    }
  }
}
