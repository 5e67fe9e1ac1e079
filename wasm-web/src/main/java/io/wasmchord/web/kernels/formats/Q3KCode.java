package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q3_K;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** Q3_K: 8 words of third bits, 16 words of low pairs, 3 words of scales. */
final class Q3KCode extends ScaledCode {
  Q3KCode(Q3_K format) {
    super(format);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local first = c.v128(word(block, 24));
    V128.Local second = c.v128(word(block, 25));
    V128.Local top = c.v128(word(block, 26));
    V128.Local[] scale = new V128.Local[4];
    for (int i = 0; i < 4; i++) {
      V128 four = i < 2 ? low(i == 0 ? first : second) : high(i == 2 ? first : second);
      V128 six = four.or(shifted(top, 4 - 2 * i, 0x30));
      scale[i] = c.v128(V128.of(Opcode.I8X16_SUB, six, V128.i8x16(32)));
    }
    scales(ByteScales.ofSigned(scale));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 16; w++) {
      V128.Local packed = c.v128(word(block, 8 + w));
      V128.Local thirds = c.v128(word(block, w % 8));
      for (int s = 0; s < 4; s++) {
        int bit = w / 8 * 4 + s;
        V128 third = shifted(thirds, 2 - bit, 4);
        sink.word(w / 8 * 32 + 8 * s + w % 8, shifted(packed, -2 * s, 3).or(third));
      }
    }
  }
}
