package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Q5_K;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Q5_K: scales and minimums, then eight words of fifth bits, 32 of nibbles. */
final class Q5KCode extends SixBitScalesCode {
  private static final ShortVector FIFTH = ShortVector.broadcast(SHORTS, 1 << 4);

  private final int fifthsAt;
  private final int nibblesAt;

  Q5KCode(Q5_K format) {
    super(format);
    fifthsAt = firstWord("fifth bits");
    nibblesAt = firstWord("nibbles");
  }

  @Override
  Stage[] quants() {
    return new Stage[] {this::unpack};
  }

  private void unpack(KernelScratch s) {
    long address = s.address;
    for (int h = 0; h < 4; h++) {
      long from = word(address, nibblesAt + 8 * h);
      pairs(from, word(address, fifthsAt), 2 * h, s.panel.quants, 64 * h * ROWS);
    }
  }

  private static void pairs(long from, long fifths, int bit, short[] q, int to) {
    for (int u = 0; u < 16; u++) {
      ShortVector v = shorts(from + (long) u * BYTES);
      ShortVector f = shr(shorts(fifths + (long) u * BYTES), bit);
      int at = to + (2 * u - (u & 1)) * ROWS;
      v.and(SHORTS_15).or(fifth(f, 4)).intoArray(q, at);
      shr(v, 4).and(SHORTS_15).or(fifth(f, 3)).intoArray(q, at + 32 * ROWS);
      v = shr(v, 8);
      f = shr(f, 8);
      v.and(SHORTS_15).or(fifth(f, 4)).intoArray(q, at + 2 * ROWS);
      shr(v, 4).or(fifth(f, 3)).intoArray(q, at + 34 * ROWS);
    }
  }

  private static ShortVector fifth(ShortVector bits, int left) {
    return bits.lanewise(VectorOperators.LSHL, left).and(FIFTH);
  }
}
