package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q5_K;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** Q5_K: scales and minimums, 8 words of fifth bits, then nibbles. */
final class Q5KCode extends SixBitScalesCode {
  Q5KCode(Q5_K format) {
    super(format);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < NIBBLE_WORDS; w++) {
      V128.Local packed = c.v128(word(block, SCALE_WORDS + 8 + w));
      V128.Local fifths = c.v128(word(block, SCALE_WORDS + w % 8));
      int group = w / 8 * 2;
      int to = lowQuants(w);
      sink.word(to, low(packed).or(shifted(fifths, 4 - group, 16)));
      sink.word(to + 8, high(packed).or(shifted(fifths, 3 - group, 16)));
    }
  }
}
