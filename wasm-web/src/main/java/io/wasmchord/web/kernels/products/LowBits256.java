package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** The formats with 256 values of two or three bits in a block. */
final class LowBits256 {
  private LowBits256() {}

  /** Q2_K: 4 words of scales and minimums, 16 words of quants. */
  static final class TwoBits extends Blocks256.Scaled {
    private ByteScales minimums = new ByteScales(new V128.Local[0], false, false);

    TwoBits(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {
      V128.Local[] scale = new V128.Local[4];
      V128.Local[] min = new V128.Local[4];
      for (int i = 0; i < 4; i++) {
        scale[i] = c.v128(low(word(block, i)));
        min[i] = c.v128(high(word(block, i)));
      }
      scales(false, false, scale);
      minimums = new ByteScales(min, false, false);
    }

    @Override
    V128 pairs(int p) {
      return minimums.neighbours(p);
    }

    @Override
    void quants(Code c, I32 block, Sink sink) {
      for (int w = 0; w < 16; w++) {
        V128.Local packed = c.v128(word(block, 4 + w));
        for (int s = 0; s < 4; s++) {
          sink.word(w / 8 * 32 + 8 * s + w % 8, shifted(packed, -2 * s, 3));
        }
      }
    }
  }

  /** Q3_K: 8 words of third bits, 16 words of low pairs, 3 words of scales. */
  static final class ThreeBits extends Blocks256.Scaled {
    ThreeBits(IntegerFormat format) {
      super(format);
    }

    @Override
    void begin(Code c, I32 block) {
      V128.Local first = c.v128(word(block, 24));
      V128.Local second = c.v128(word(block, 25));
      V128.Local top = c.v128(word(block, 26));
      V128.Local[] scale = new V128.Local[4];
      for (int i = 0; i < 4; i++) {
        V128 four = i < 2 ? low(i == 0 ? first : second) : high(i == 2 ? first : second);
        V128 six = four.or(shifted(top, 4 - 2 * i, 0x30));
        scale[i] = c.v128(V128.of(Opcode.I8X16_SUB, six, V128.i8x16(32)));
      }
      scales(true, false, scale);
    }

    @Override
    void quants(Code c, I32 block, Sink sink) {
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
}
