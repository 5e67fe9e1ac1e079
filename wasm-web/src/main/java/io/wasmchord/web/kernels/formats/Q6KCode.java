package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q6_K;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** Q6_K: 32 words of low nibbles, 16 of high pairs, 4 of signed scales. */
final class Q6KCode extends ScaledCode {
  Q6KCode(Q6_K format) {
    super(format);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] scale = new V128.Local[4];
    for (int i = 0; i < 4; i++) {
      scale[i] = c.v128(word(block, 48 + i));
    }
    scales(ByteScales.ofSigned(scale));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 16; w++) {
      int half = w / 8;
      V128.Local first = c.v128(word(block, 16 * half + w % 8));
      V128.Local second = c.v128(word(block, 16 * half + 8 + w % 8));
      V128.Local pairs = c.v128(word(block, 32 + w));
      int to = 32 * half + w % 8;
      sink.word(to, low(first).or(shifted(pairs, 4, 0x30)));
      sink.word(to + 8, low(second).or(shifted(pairs, 2, 0x30)));
      sink.word(to + 16, high(first).or(shifted(pairs, 0, 0x30)));
      sink.word(to + 24, high(second).or(shifted(pairs, -2, 0x30)));
    }
  }
}
