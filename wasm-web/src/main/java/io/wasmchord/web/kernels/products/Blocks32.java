package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.format.IQ4_NL;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** The formats with 32 values in a block; their layouts are in {@code quant.format}. */
final class Blocks32 {
  private Blocks32() {}

  /** Q4_0 and Q4_1: four words of nibbles. */
  static final class FourBits extends BlockCode {
    FourBits(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {}

    @Override
    void quants(Code c, I32 block, Sink sink) {
      for (int w = 0; w < 4; w++) {
        V128.Local packed = c.v128(word(block, w));
        sink.word(w, low(packed));
        sink.word(w + 4, high(packed));
      }
    }
  }

  /** Q5_0 and Q5_1: a word of fifth bits, then four words of nibbles. */
  static final class FiveBits extends BlockCode {
    FiveBits(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {}

    @Override
    void quants(Code c, I32 block, Sink sink) {
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

  /** Q8_0: eight words of signed bytes. */
  static final class EightBits extends BlockCode {
    EightBits(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {}

    @Override
    void quants(Code c, I32 block, Sink sink) {
      for (int w = 0; w < 8; w++) {
        sink.word(w, word(block, w));
      }
    }
  }

  /** IQ4_NL: four words of nibbles that index a table of signed bytes. */
  static final class NonLinear extends BlockCode {
    NonLinear(IntegerFormat format) {
      super(format);
    }

    static V128 lookUp(V128 nibbles) {
      int[] values = new int[IQ4_NL.TABLE.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = IQ4_NL.TABLE.value(i);
      }
      return V128.of(Opcode.I8X16_SWIZZLE, V128.bytes(values), nibbles);
    }

    @Override
    void begin(Code c, I32 block) {}

    @Override
    void quants(Code c, I32 block, Sink sink) {
      for (int w = 0; w < 4; w++) {
        V128.Local packed = c.v128(word(block, w));
        sink.word(w, lookUp(low(packed)));
        sink.word(w + 4, lookUp(high(packed)));
      }
    }
  }
}
