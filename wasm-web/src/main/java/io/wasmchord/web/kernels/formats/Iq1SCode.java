package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.TernaryGrid;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * IQ1_S: eight words of low bits of indices; four of two halves, which have the high bits, a scale
 * and the direction of a group.
 */
final class Iq1SCode extends GridCode {
  private static final int BIAS = 9;
  private static final int HIGH = 8;

  Iq1SCode(IQ1_S format) {
    super(format, TernaryGrid.GRID, BIAS, BIAS);
  }

  @Override
  public void begin(Code c, I32 block) {
    scales(ByteScales.ofUnsigned(four(c, block, HIGH), four(c, block, HIGH + 2)));
  }

  /** The scales of two words. */
  private V128.Local four(Code c, I32 block, int at) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = i % 4 / 2 * 16 + i / 4 * 4 + i % 2 * 2;
    }
    V128 scales = V128.shuffle(scales(block, at), scales(block, at + 1), lanes);
    return c.v128(odd(scales));
  }

  private V128 scales(I32 block, int at) {
    return word(block, at).i16x8ShrU(12).and(V128.i16x8(7));
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.125f);
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int g = 0; g < 8; g++) {
      V128.Local low = c.v128(word(block, g));
      V128.Local high = c.v128(word(block, HIGH + g / 2));
      V128 down = V128.shift(Opcode.I16X8_SHR_S, high, 15);
      V128.Local by = c.v128(spread(down, g % 2 * 2).or(V128.i8x16(1))); // -1 or 1
      for (int k = 0; k < 4; k++) {
        V128 index = index(low, 8 * k, 8, 0).or(index(high, g % 2 * 16 + 3 * k, 3, 8));
        V128.Local[] values = eight(c, index);
        sink.word(8 * g + 2 * k, V128.of(Opcode.I8X16_ADD, values[0], by));
        sink.word(8 * g + 2 * k + 1, V128.of(Opcode.I8X16_ADD, values[1], by));
      }
    }
  }
}
