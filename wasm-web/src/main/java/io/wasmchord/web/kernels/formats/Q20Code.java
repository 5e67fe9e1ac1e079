package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Q2_0;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import java.util.stream.IntStream;

/** Q2_0: two words for every 32 values; a byte has four neighbours. */
final class Q20Code extends PartCode {
  private final Q2_0 format;

  Q20Code(Q2_0 format) {
    this(format, 0, new SharedScale());
  }

  private Q20Code(Q2_0 format, int part, SharedScale scale) {
    super(format, part, 1, scale);
    this.format = format;
  }

  @Override
  BlockCode of(int other, SharedScale scale) {
    return new Q20Code(format, other, scale);
  }

  /** Two bits of each byte, which has four neighbours. */
  @Override
  public int[] order() {
    return IntStream.range(0, 32).map(i -> i / 16 * 16 + i % 4 * 4 + i / 4 % 4).toArray();
  }

  @Override
  public void apart(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 2; w++) {
      V128.Local packed = c.v128(word(block, 2 * part() + w));
      for (int i = 0; i < 4; i++) {
        sink.word(4 * w + i, shifted(packed, -2 * i, 3));
      }
    }
  }

  @Override
  public void quants(Code c, I32 block, Sink sink) {
    for (int w = 0; w < 8; w++) {
      V128 packed = word(block, 2 * part() + w / 4);
      V128.Local octet = c.v128(packed.i32x4ShrU(8 * (w % 4)).and(V128.i32x4(0xFF)));
      V128 apart = octet.or(octet.i32x4Shl(6)).or(octet.i32x4Shl(12)).or(octet.i32x4Shl(18));
      sink.word(w, apart.and(V128.i8x16(3)));
    }
  }
}
