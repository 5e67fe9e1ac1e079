package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** Q1_0: a word of bits for every 32 values; a bit is 0 or 2. */
final class Q10Code extends PartCode {
  private final Q1_0 format;

  Q10Code(Q1_0 format) {
    this(format, 0);
  }

  private Q10Code(Q1_0 format, int part) {
    super(format, part, 1);
    this.format = format;
  }

  @Override
  BlockCode of(int other) {
    return new Q10Code(format, other);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    V128.Local packed = c.v128(word(block, part()));
    for (int w = 0; w < 8; w++) {
      int low = w % 2 == 0 ? 1 : 16;
      V128 bits = each(low, 2 * low, 4 * low, 8 * low);
      V128 set = V128.of(Opcode.I8X16_EQ, spread(packed, w / 2).and(bits), bits);
      sink.word(w, set.and(V128.i8x16(2)));
    }
  }
}
