package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.Q5_K;
import jdk.incubator.vector.IntVector;
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

  @Override
  Stage[] dot(Activations x) {
    return new Stage[] {
      s -> {
        long fifths = word(s.address, fifthsAt);
        for (int h = 0; h < 4; h++) {
          long from = word(s.address, nibblesAt + 8 * h);
          int at = s.at + 32 * h;
          int group = 2 * h * ROWS;
          dot(from, fifths, 2 * h, x.pairs(), at, s.whole, group);
          dot(from + BYTES, fifths + BYTES, 2 * h, x.pairs(), at, s.whole, group + LANES);
        }
      },
      new Epilogue.ScaledWhole(8)
    };
  }

  @Override
  boolean dotScales() {
    return true;
  }

  /** Sums of two groups; eight products of a lane fit 16 bits. */
  private static void dot(long from, long fifths, int bit, int[] x, int at, int[] sums, int to) {
    IntVector low = IntVector.zero(INTS);
    IntVector high = low;
    for (int w = 0; w < 8; w += 4) {
      ShortVector a = ShortVector.zero(SHORTS);
      ShortVector b = a;
      for (int i = w; i < w + 4; i++) {
        ShortVector v = shorts(from + 2L * i * BYTES);
        ShortVector f = shr(shorts(fifths + 2L * i * BYTES), bit);
        a = a.add(v.and(SHORTS_15).or(fifth(f, 4)).mul(Dots.pair(x, at + 2 * i)));
        b = b.add(shr(v, 4).and(SHORTS_15).or(fifth(f, 3)).mul(Dots.pair(x, at + 2 * i + 16)));
        v = shr(v, 8);
        f = shr(f, 8);
        a = a.add(v.and(SHORTS_15).or(fifth(f, 4)).mul(Dots.pair(x, at + 2 * i + 1)));
        b = b.add(shr(v, 4).or(fifth(f, 3)).mul(Dots.pair(x, at + 2 * i + 17)));
      }
      low = low.add(pairSums(a));
      high = high.add(pairSums(b));
    }
    low.intoArray(sums, to);
    high.intoArray(sums, to + ROWS);
  }

  private static ShortVector fifth(ShortVector bits, int left) {
    return bits.lanewise(VectorOperators.LSHL, left).and(FIFTH);
  }
}
