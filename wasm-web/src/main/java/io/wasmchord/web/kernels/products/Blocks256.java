package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * The formats with 256 values in a block; their layouts are in {@code quant.format}. Those of two
 * and three bits are in {@link LowBits256}.
 */
public final class Blocks256 {
  private Blocks256() {}

  /** What all of them share: integer scales as bytes. */
  abstract static class Scaled extends BlockCode {
    private ByteScales scales = new ByteScales(new V128.Local[0], false, false);

    Scaled(IntegerFormat format) {
      super(format);
    }

    final void scales(boolean signed, boolean split, V128.Local... vectors) {
      scales = new ByteScales(vectors, signed, split);
    }

    @Override
    final V128 scalePairs(int g) {
      return scales.twice(g);
    }

    @Override
    final V128 scaleLanes(int g) {
      return scales.lanes(g);
    }

    @Override
    V128 pairs(int p) {
      return scales.neighbours(p).i16x8Mul(V128.i16x8(bias()));
    }
  }

  /** Q4_K and Q5_K: 3 words of scales and minimums, for Q5_K 8 of fifth bits, 32 of nibbles. */
  static final class Nibbles extends Scaled {
    private final boolean five;
    private ByteScales minimums = new ByteScales(new V128.Local[0], false, false);

    Nibbles(IntegerFormat format, boolean five) {
      super(format);
      this.five = five;
    }

    @Override
    void begin(Code c, I32 block) {
      V128.Local a = c.v128(word(block, 0));
      V128.Local b = c.v128(word(block, 1));
      V128.Local rest = c.v128(word(block, 2));
      V128 six = V128.i8x16(63);
      scales(false, false, c.v128(a.and(six)), c.v128(low(rest).or(shifted(a, -2, 0x30))));
      V128.Local[] min = {c.v128(b.and(six)), c.v128(high(rest).or(shifted(b, -2, 0x30)))};
      minimums = new ByteScales(min, false, false);
    }

    @Override
    V128 pairs(int p) {
      return minimums.neighbours(p);
    }

    @Override
    void quants(Code c, I32 block, Sink sink) {
      int first = five ? 11 : 3;
      for (int w = 0; w < 32; w++) {
        V128.Local packed = c.v128(word(block, first + w));
        int group = w / 8 * 2;
        int to = w / 8 * 16 + w % 8;
        if (five) {
          V128.Local fifths = c.v128(word(block, 3 + w % 8));
          sink.word(to, low(packed).or(shifted(fifths, 4 - group, 16)));
          sink.word(to + 8, high(packed).or(shifted(fifths, 3 - group, 16)));
        } else {
          sink.word(to, low(packed));
          sink.word(to + 8, high(packed));
        }
      }
    }
  }

  /** Q6_K: 32 words of low nibbles, 16 of high pairs, 4 of signed scales. */
  static final class SixBits extends Scaled {
    SixBits(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {
      V128.Local[] scale = new V128.Local[4];
      for (int i = 0; i < 4; i++) {
        scale[i] = c.v128(word(block, 48 + i));
      }
      scales(true, false, scale);
    }

    @Override
    void quants(Code c, I32 block, Sink sink) {
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

  /** IQ4_XS: 16 bits of high pairs, a word of low nibbles of scales, 32 words as in IQ4_NL. */
  static final class NonLinear extends Scaled {
    NonLinear(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {
      V128.Local lows = c.v128(word(block, 0));
      V128.Local highs = c.v128(V128.load16x4U(block, layout().half(1)));
      scales(
          true,
          true,
          c.v128(six(low(lows), highs)),
          c.v128(six(high(lows), c.v128(highs.i32x4ShrU(2)))));
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
    void quants(Code c, I32 block, Sink sink) {
      for (int w = 0; w < 32; w++) {
        V128.Local packed = c.v128(word(block, 1 + w));
        int to = w / 4 * 8 + w % 4;
        sink.word(to, Blocks32.NonLinear.lookUp(low(packed)));
        sink.word(to + 4, Blocks32.NonLinear.lookUp(high(packed)));
      }
    }
  }
}
