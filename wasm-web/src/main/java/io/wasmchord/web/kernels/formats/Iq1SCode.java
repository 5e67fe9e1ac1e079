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

  private I32 begun = I32.of(0); // the block's address

  Iq1SCode(IQ1_S format) {
    super(format);
  }

  @Override
  public void begin(Code c, I32 block) {
    begun = block;
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

  /** A group is moved as a whole: its bias is one more where down, one less where up. */
  @Override
  void give(Code c, Sink sink, int word, V128 values, V128 eight, int half) {
    sink.word(word, values);
  }

  @Override
  public V128 pairs(int p) {
    V128 down = word(begun, HIGH + p).i16x8ShrU(15);
    V128 bias = down.i16x8Shl(1).i16x8Add(V128.i16x8(bias() - 2));
    return neighbours(p).i16x8Mul(bias);
  }

  @Override
  public V128.Local scale(Code c, I32 block) {
    return scale(c, block, 0.125f);
  }

  @Override
  public void offsets(Code c, I32 block, int group, Offsets sink) {
    V128.Local low = c.v128(word(block, group));
    V128.Local high = c.v128(high(block, group));
    halves(c, sink, 0, 2, evenBytes(low, higher(high, 3, 0, 6)));
    halves(c, sink, 1, 3, oddBytes(low, higher(high, 3, 3, 9)));
  }

  @Override
  boolean eachEight() {
    return false;
  }

  @Override
  public V128 eights(Code c, I32 block, int group) {
    throw new IllegalStateException("groups are moved as a whole");
  }
}
