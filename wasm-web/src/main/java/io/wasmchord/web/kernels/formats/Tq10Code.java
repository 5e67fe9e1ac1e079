package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** TQ1_0: 12 words of bytes of five digits to base 3, and one of bytes of four. */
final class Tq10Code extends UnscaledCode {
  Tq10Code(TQ1_0 format) {
    super(format, 1);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 8; w++) {
      digits(c, word(block, w), 5, w, 8, sink);
    }
    for (int w = 0; w < 4; w++) {
      digits(c, word(block, 8 + w), 5, 40 + w, 4, sink);
    }
    digits(c, word(block, 12), 4, 60, 1, sink);
  }

  /** Three times a fraction of 256: its whole part is the next digit. */
  private static void digits(Code c, V128 word, int count, int first, int step, Sink sink) {
    V128 fraction = V128.i16x8(0xFF);
    V128.Local packed = c.v128(word);
    V128.Local even = c.v128(packed.and(fraction));
    V128.Local odd = c.v128(packed.i16x8ShrU(8));
    for (int digit = 0; digit < count; digit++) {
      c.set(even, even.i16x8Mul(V128.i16x8(3)));
      c.set(odd, odd.i16x8Mul(V128.i16x8(3)));
      V128 digits = even.i16x8ShrU(8).or(odd.and(V128.i16x8(0xFF00)));
      sink.word(first + digit * step, digits);
      c.set(even, even.and(fraction));
      c.set(odd, odd.and(fraction));
    }
  }
}
