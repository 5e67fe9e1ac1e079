package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
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

  /**
   * The whole part of three times a fraction of 256 is the next digit, what is left the next
   * fraction. Fractions lie 128 lower, so that signed comparisons tell thirds apart; three times
   * such a one is again 128 lower.
   */
  private static void digits(Code c, V128 word, int count, int first, int step, Sink sink) {
    V128.Local fraction = c.v128(word.xor(V128.i8x16(128)));
    for (int digit = 0; digit < count; digit++) {
      V128 one = V128.of(Opcode.I8X16_GT_S, fraction, V128.i8x16(85 - 128));
      V128 two = V128.of(Opcode.I8X16_GT_S, fraction, V128.i8x16(170 - 128));
      V128 negative = V128.of(Opcode.I8X16_ADD, one, two);
      sink.word(first + digit * step, V128.of(Opcode.I8X16_ABS, negative));
      if (digit < count - 1) {
        V128 twice = V128.of(Opcode.I8X16_ADD, fraction, fraction);
        c.set(fraction, V128.of(Opcode.I8X16_ADD, twice, fraction));
      }
    }
  }
}
