package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IQ4_XS;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** IQ4_XS: 16 bits of high pairs, a word of low nibbles of scales, 32 words as in IQ4_NL. */
final class Iq4XsCode extends ScaledCode {
  private final TableLookup lookup;

  Iq4XsCode(IQ4_XS format, TableLookup lookup) {
    super(format);
    this.lookup = lookup;
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local lows = c.v128(word(block, 0));
    V128.Local highs = c.v128(V128.load16x4U(block, layout().half(1)));
    scales(
        ByteScales.ofSplit(
            c.v128(six(low(lows), highs)), c.v128(six(high(lows), c.v128(highs.i32x4ShrU(2))))));
  }

  /** Every fourth pair of bits joins a byte of low bits. */
  private static V128 six(V128 lows, V128 highs) {
    V128 pairs = highs.and(V128.i32x4(3));
    for (int i = 1; i < 4; i++) {
      pairs = pairs.or(highs.i32x4Shl(4 * i).and(V128.i32x4(3 << (8 * i))));
    }
    return V128.of(Opcode.I8X16_SUB, lows.or(pairs.i32x4Shl(4)), V128.i8x16(32));
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 32; w++) {
      V128.Local packed = c.v128(word(block, 1 + w));
      int to = w / 4 * 8 + w % 4;
      sink.word(to, lookup.of(IQ4_NL.TABLE, low(packed)));
      sink.word(to + 4, lookup.of(IQ4_NL.TABLE, high(packed)));
    }
  }
}
