package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * IQ1_M: eight words of low bits of indices; four of nibbles, the high bits and the direction of
 * eight values each; two of scales, whose halves' highest nibbles are a float16.
 */
final class Iq1MCode extends MovedGridCode {
  private static final int HIGH = 8;
  private static final int SCALES = 12;

  Iq1MCode(IQ1_M format) {
    super(format);
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
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    V128.Local low = c.v128(word(block, group));
    V128.Local high = c.v128(high(block, group));
    halves(c, sink, 0, 2, evenBytes(low, higher(high, 3, 0, 8)));
    halves(c, sink, 1, 3, oddBytes(low, higher(high.i16x8ShrU(4), 3, 0, 8)));
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    int at = group % 2 * 2;
    V128 nibbles =
        V128.of(
            Opcode.I8X16_SWIZZLE, word(block, HIGH + group / 2), perRow(at, at, at + 1, at + 1));
    V128 down = nibbles.and(each(0x08, 0x80, 0x08, 0x80));
    return V128.of(Opcode.I8X16_EQ, down, V128.i8x16(0)).and(V128.i8x16(2));
  }
}
