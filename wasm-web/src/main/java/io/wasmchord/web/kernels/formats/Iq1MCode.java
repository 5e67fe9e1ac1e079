package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.TernaryGrid;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * IQ1_M: eight words of low bits of indices; four of nibbles, the high bits and the direction of
 * eight values each; two of scales, whose halves' highest nibbles are a float16.
 */
final class Iq1MCode extends GridCode {
  private static final int BIAS = 9;
  private static final int HIGH = 8;
  private static final int SCALES = 12;

  Iq1MCode(IQ1_M format) {
    super(format, TernaryGrid.GRID, BIAS, BIAS);
  }

  @Override
  public void begin(Code c, I32 block) {
    V128.Local[] scale = new V128.Local[4];
    for (int i = 0; i < scale.length; i++) {
      V128.Local packed = c.v128(halfWord(block, i));
      V128 fields = packed.and(V128.i32x4(7));
      for (int g = 1; g < 4; g++) {
        fields = fields.or(packed.i32x4Shl(5 * g).and(V128.i32x4(7 << (8 * g))));
      }
      scale[i] = c.v128(odd(fields));
    }
    scales(ByteScales.ofUnsigned(scale));
  }

  /** Half {@code i} of the scales. */
  private V128 halfWord(I32 block, int i) {
    V128 word = word(block, SCALES + i / 2);
    return i % 2 == 0 ? word.and(V128.i32x4(0xFFFF)) : word.i32x4ShrU(16);
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    V128 half = halfWord(block, 0).i32x4ShrU(12);
    for (int i = 1; i < 4; i++) {
      half = half.or(halfWord(block, i).i32x4ShrU(12).i32x4Shl(4 * i));
    }
    return scale(c, half, 0.125f);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 8; w++) {
      V128.Local low = c.v128(word(block, w));
      V128.Local high = c.v128(word(block, HIGH + w / 2));
      for (int k = 0; k < 4; k++) {
        V128 index = index(low, 8 * k, 8, 0).or(index(high, w % 2 * 16 + 4 * k, 3, 8));
        V128.Local[] values = eight(c, index);
        V128 bit = V128.i8x16(k % 2 == 0 ? 0x08 : 0x80);
        V128 nibbles = spread(high, w % 2 * 2 + k / 2).and(bit);
        V128 down = V128.of(Opcode.I8X16_EQ, nibbles, bit);
        V128.Local by = c.v128(down.or(V128.i8x16(1))); // -1 or 1
        sink.word(8 * w + 2 * k, V128.of(Opcode.I8X16_ADD, values[0], by));
        sink.word(8 * w + 2 * k + 1, V128.of(Opcode.I8X16_ADD, values[1], by));
      }
    }
  }
}
