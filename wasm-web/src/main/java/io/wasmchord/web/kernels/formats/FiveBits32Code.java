package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** What Q5_0 and Q5_1 share: a word of fifth bits, then four words of nibbles. */
abstract class FiveBits32Code extends BlockCode {
  FiveBits32Code(IntegerFormat format) {
    super(format);
  }

  @Override
  public final void begin(Code c, I32 block) {}

  @Override
  public final void quants(Code c, I32 block, Sink sink) {
    V128.Local fifths = c.v128(word(block, 0));
    for (int w = 0; w < 4; w++) {
      V128.Local packed = c.v128(word(block, w + 1));
      sink.word(w, low(packed).or(fifth(fifths, w)));
      sink.word(w + 4, high(packed).or(fifth(fifths, w + 4)));
    }
  }

  /** 16 in the bytes of word {@code w} whose fifth bit is set. */
  private static V128 fifth(V128 fifths, int w) {
    int[] spread = new int[16];
    int[] bit = new int[16];
    for (int i = 0; i < 16; i++) {
      spread[i] = 4 * (i / 4) + w / 2;
      bit[i] = 1 << (4 * (w % 2) + i % 4);
    }
    V128 one = V128.of(Opcode.I8X16_SWIZZLE, fifths, V128.bytes(spread)).and(V128.bytes(bit));
    return V128.of(Opcode.I8X16_EQ, one, V128.bytes(bit)).and(V128.i8x16(16));
  }
}
