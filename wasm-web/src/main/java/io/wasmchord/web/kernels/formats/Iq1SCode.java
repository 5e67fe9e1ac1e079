package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/**
 * IQ1_S: eight words of low bits of indices; four of two halves, which have the high bits, a scale
 * and the direction of a group.
 */
final class Iq1SCode extends MovedGridCode {
  private static final int HIGH = 8;

  Iq1SCode(IQ1_S format) {
    super(format);
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
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    V128.Local low = c.v128(word(block, group));
    V128.Local high = c.v128(high(block, group));
    sink.put(0, 2, evenBytes(low, higher(high, 3, 0, 6)));
    sink.put(1, 3, oddBytes(low, higher(high, 3, 3, 9)));
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    V128 down = spread(word(block, HIGH + group / 2), group % 2 * 2 + 1);
    return shifted(down, -6, 2).xor(V128.i8x16(2));
  }
}
