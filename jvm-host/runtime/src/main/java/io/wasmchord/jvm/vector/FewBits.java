package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.pairSums;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Fields of one or two bits, as {@link Recoding} writes them. A field of two bits is a number from
 * 0 to 3, one of a single bit is 0 or 2: values plus 1.
 */
final class FewBits {
  /** What is to be taken off. */
  static final int BIAS = 1;

  private static final ShortVector ONE = ShortVector.broadcast(SHORTS, 1);

  private final int bits;

  FewBits(int bits) {
    this.bits = bits;
  }

  /** The value that a field stands for. */
  static int value(int bits, int field) {
    return (bits == 1 ? 2 * field : field) - BIAS;
  }

  private static ShortVector field(ShortVector v, int at, int bits) {
    return bits == 1 ? shr(v, at).and(ONE) : shr(v, at).and(Lanes.SHORTS_3);
  }

  /** Unpacks 32 columns to the panel, from pair {@code pair} on. */
  void unpack(long from, Panel panel, int pair) {
    unpack(from, bits, panel.quants, Panel.pair(pair, 0));
  }

  private static void unpack(long from, int bits, short[] q, int to) {
    int twice = bits == 1 ? 1 : 0;
    for (int u = 0; u < 2 * bits; u++) {
      ShortVector v = shorts(from + (long) u * BYTES);
      int at = to + (2 * u - (u & 1)) * ROWS;
      for (int f = 0; f < 8; f += bits, at += 4 * bits * ROWS) {
        shl(field(v, f, bits), twice).sub(ONE).intoArray(q, at);
        shl(field(v, f + 8, bits), twice).sub(ONE).intoArray(q, at + 2 * ROWS);
      }
    }
  }

  private static ShortVector shl(ShortVector v, int by) {
    return v.lanewise(VectorOperators.LSHL, by);
  }

  /** Sums of 32 values and one row of activations; {@link #BIAS} is still in them. */
  void dot(long from, int[] x, int at, int[] sums, int to) {
    if (bits == 1) {
      single(from, x, at, sums, to);
    } else {
      pairs(from, x, at, sums, to);
    }
  }

  private static void pairs(long from, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector a = ShortVector.zero(SHORTS);
      for (int w = 0; w < 2; w++) {
        ShortVector v = shorts(from + (2L * w + half) * BYTES);
        for (int f = 0, pair = at + 2 * w; f < 8; f += 2, pair += 4) {
          a = a.add(field(v, f, 2).mul(Dots.pair(x, pair)));
          a = a.add(field(v, f + 8, 2).mul(Dots.pair(x, pair + 1)));
        }
      }
      pairSums(a).intoArray(sums, to + half * LANES);
    }
  }

  private static void single(long from, int[] x, int at, int[] sums, int to) {
    for (int half = 0; half < 2; half++) {
      ShortVector v = shorts(from + (long) half * BYTES);
      ShortVector a = ShortVector.zero(SHORTS);
      for (int f = 0, pair = at; f < 8; f++, pair += 2) {
        a = a.add(field(v, f, 1).mul(Dots.pair(x, pair)));
        a = a.add(field(v, f + 8, 1).mul(Dots.pair(x, pair + 1)));
      }
      pairSums(a).lanewise(VectorOperators.LSHL, 1).intoArray(sums, to + half * LANES);
    }
  }
}
