package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.IntegerFormat;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The formats with 256 values in a block; their layouts are in {@code quant.format}. */
final class Blocks256 {
  private static final IntVector BYTES_15 = IntVector.broadcast(INTS, 0x0F0F0F0F);
  private static final IntVector BYTES_48 = IntVector.broadcast(INTS, 0x30303030);
  private static final IntVector BYTES_63 = IntVector.broadcast(INTS, 0x3F3F3F3F);
  private static final ShortVector SHORTS_16 = ShortVector.broadcast(SHORTS, 16);
  private static final ShortVector SHORTS_32 = ShortVector.broadcast(SHORTS, 32);
  private static final ShortVector LOW_NIBBLES = ShortVector.broadcast(SHORTS, 0x0F0F);
  private static final ShortVector HIGH_PAIRS = ShortVector.broadcast(SHORTS, 0x3030);
  private static final ShortVector LOW_BYTES = ShortVector.broadcast(SHORTS, 0x00FF);

  private Blocks256() {}

  /** Q4_K and Q5_K: three words of scales and minimums. */
  private abstract static class Scaled extends BlockCode {
    Scaled(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    final Stage[] scales() {
      return new Stage[] {this::d, this::dMin, this::fill};
    }

    private void fill(Scratch s) {
      for (int v = 0; v < 2; v++) {
        long from = word(s.address, 0) + (long) v * BYTES;
        IntVector scale = ints(from);
        IntVector minimum = ints(from + 2L * BYTES);
        IntVector both = ints(from + 4L * BYTES);
        int at = v * LANES;
        scale.and(BYTES_63).intoArray(s.panel.scales, at);
        minimum.and(BYTES_63).intoArray(s.panel.minimums, at);
        both.and(BYTES_15).or(shr(scale, 2).and(BYTES_48)).intoArray(s.panel.scales, at + ROWS);
        shr(both, 4)
            .and(BYTES_15)
            .or(shr(minimum, 2).and(BYTES_48))
            .intoArray(s.panel.minimums, at + ROWS);
      }
    }
  }

  /** Q4_K: then 32 words of nibbles. */
  static final class FourBits extends Scaled {
    FourBits(IntegerFormat format) {
      super(format);
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      long address = s.address;
      for (int h = 0; h < 4; h++) {
        nibbles(word(address, 3 + 8 * h), s.panel.quants, 64 * h * ROWS);
      }
    }

    private static void nibbles(long from, short[] q, int to) {
      for (int u = 0; u < 16; u++) {
        ShortVector v = shorts(from + (long) u * BYTES);
        int at = to + (2 * u - (u & 1)) * ROWS;
        v.and(SHORTS_15).intoArray(q, at);
        shr(v, 8).and(SHORTS_15).intoArray(q, at + 2 * ROWS);
        shr(v, 4).and(SHORTS_15).intoArray(q, at + 32 * ROWS);
        shr(v, 12).intoArray(q, at + 34 * ROWS);
      }
    }

    @Override
    Stage[] dot(int[] x) {
      return new Stage[] {s -> dot(word(s.address, 3), x, s.at, s.sums)};
    }

    private static void dot(long address, int[] x, int at, short[] sums) {
      long from = address;
      for (int h = 0, out = 0; h < 4; h++, out += 4 * ROWS) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector b = a;
        ShortVector c = a;
        ShortVector d = a;
        for (int i = 0, j = at + 32 * h; i < 8; i++, j += 2, from += 2L * BYTES) {
          ShortVector v = shorts(from);
          ShortVector w = shorts(from + BYTES);
          ShortVector e = Dots.pair(x, j);
          a = a.add(v.and(SHORTS_15).mul(e));
          b = b.add(w.and(SHORTS_15).mul(e));
          e = Dots.pair(x, j + 1);
          a = a.add(shr(v, 8).and(SHORTS_15).mul(e));
          b = b.add(shr(w, 8).and(SHORTS_15).mul(e));
          e = Dots.pair(x, j + 16);
          c = c.add(shr(v, 4).and(SHORTS_15).mul(e));
          d = d.add(shr(w, 4).and(SHORTS_15).mul(e));
          e = Dots.pair(x, j + 17);
          c = c.add(shr(v, 12).mul(e));
          d = d.add(shr(w, 12).mul(e));
        }
        a.intoArray(sums, out);
        b.intoArray(sums, out + ROWS);
        c.intoArray(sums, out + 2 * ROWS);
        d.intoArray(sums, out + 3 * ROWS);
      }
    }
  }

  /** Q5_K: then eight words of fifth bits, 32 of nibbles. */
  static final class FiveBits extends Scaled {
    FiveBits(IntegerFormat format) {
      super(format);
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      long address = s.address;
      for (int h = 0; h < 4; h++) {
        pairs(word(address, 11 + 8 * h), word(address, 3), 2 * h, s.panel.quants, 64 * h * ROWS);
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
      return bits.lanewise(VectorOperators.LSHL, left).and(SHORTS_16);
    }
  }

  /**
   * Q6_K: 4 words of signed scales; then for every 32 bytes of high pairs eight times a word of
   * them and the two words of low nibbles that they belong to, so that memory is read in order.
   */
  static final class SixBits extends BlockCode {
    private static final int HIGHS = 32;
    private static final int SCALES = 48;

    SixBits(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    int[] order() {
      int[] order = new int[SCALES + 4];
      for (int i = 0; i < 4; i++) {
        order[i] = SCALES + i;
      }
      for (int i = 0; i < 16; i++) {
        int low = i / 8 * 16 + i % 8;
        order[4 + 3 * i] = HIGHS + i;
        order[5 + 3 * i] = low;
        order[6 + 3 * i] = low + 8;
      }
      return order;
    }

    @Override
    Stage[] scales() {
      return new Stage[] {this::d, this::fill};
    }

    private void fill(Scratch s) {
      long from = word(s.address, 0);
      for (int u = 0; u < 8; u++) {
        ints(from + (long) u * BYTES).intoArray(s.panel.scales, u * LANES);
      }
    }

    @Override
    Stage[] quants() {
      return new Stage[] {
        s -> pairs(word(s.address, 4), s.panel.quants, 0),
        s -> pairs(word(s.address, 28), s.panel.quants, 128 * ROWS)
      };
    }

    private static void pairs(long from, short[] q, int to) {
      for (int u = 0; u < 16; u++) {
        long word = from + (3L * u - 2 * (u & 1)) * BYTES; // word 3 (u / 2), vector u & 1
        ShortVector h = shorts(word);
        ShortVector v = shorts(word + 2L * BYTES);
        ShortVector w = shorts(word + 4L * BYTES);
        int at = to + (2 * u - (u & 1)) * ROWS;
        ShortVector bytes = v.and(LOW_NIBBLES).or(shl(h, 4).and(HIGH_PAIRS));
        bytes.and(LOW_BYTES).sub(SHORTS_32).intoArray(q, at);
        shr(bytes, 8).sub(SHORTS_32).intoArray(q, at + 2 * ROWS);
        bytes = w.and(LOW_NIBBLES).or(shl(h, 2).and(HIGH_PAIRS));
        bytes.and(LOW_BYTES).sub(SHORTS_32).intoArray(q, at + 32 * ROWS);
        shr(bytes, 8).sub(SHORTS_32).intoArray(q, at + 34 * ROWS);
        bytes = shr(v, 4).and(LOW_NIBBLES).or(h.and(HIGH_PAIRS));
        bytes.and(LOW_BYTES).sub(SHORTS_32).intoArray(q, at + 64 * ROWS);
        shr(bytes, 8).sub(SHORTS_32).intoArray(q, at + 66 * ROWS);
        bytes = shr(w, 4).and(LOW_NIBBLES).or(shr(h, 2).and(HIGH_PAIRS));
        bytes.and(LOW_BYTES).sub(SHORTS_32).intoArray(q, at + 96 * ROWS);
        shr(bytes, 8).sub(SHORTS_32).intoArray(q, at + 98 * ROWS);
      }
    }

    private static ShortVector shl(ShortVector v, int bits) {
      return v.lanewise(VectorOperators.LSHL, bits);
    }
  }
}
