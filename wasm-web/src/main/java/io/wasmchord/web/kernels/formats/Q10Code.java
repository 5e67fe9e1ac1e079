package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import java.util.stream.IntStream;

/** Q1_0: a word of bits for every 32 values; a bit is 0 or 2. */
final class Q10Code extends PartCode {
  private final Q1_0 format;

  Q10Code(Q1_0 format) {
    this(format, 0, new SharedScale());
  }

  private Q10Code(Q1_0 format, int part, SharedScale scale) {
    super(format, part, 1, scale);
    this.format = format;
  }

  @Override
  BlockCode of(int other, SharedScale scale) {
    return new Q10Code(format, other, scale);
  }

  /** A bit of each byte, which has eight neighbours. */
  @Override
  public int[] order() {
    return IntStream.range(0, 32).map(i -> i % 4 * 8 + i / 4).toArray();
  }

  @Override
  public void apart(Code c, I32 block, Sink sink) {
    V128.Local packed = c.v128(word(block, part()));
    for (int i = 0; i < 8; i++) {
      sink.word(i, shifted(packed, 1 - i, 2));
    }
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
