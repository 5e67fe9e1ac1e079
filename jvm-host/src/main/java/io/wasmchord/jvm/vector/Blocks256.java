package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_15;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_3;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;
import static io.wasmchord.jvm.vector.Lanes.storeHalves;

import io.wasmchord.quant.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The formats with 256 values in a block; {@code quant.Unpack256} has their layouts. */
final class Blocks256 {
  private static final IntVector INTS_63 = IntVector.broadcast(INTS, 63);
  private static final IntVector INTS_48 = IntVector.broadcast(INTS, 48);
  private static final IntVector INTS_15 = IntVector.broadcast(INTS, 15);
  private static final IntVector INTS_32 = IntVector.broadcast(INTS, 32);
  private static final ShortVector SHORTS_16 = ShortVector.broadcast(SHORTS, 16);
  private static final ShortVector SHORTS_32 = ShortVector.broadcast(SHORTS, 32);
  private static final ShortVector SHORTS_48 = ShortVector.broadcast(SHORTS, 48);
  private static final ShortVector SHORTS_4 = ShortVector.broadcast(SHORTS, 4);

  private Blocks256() {}

  static BlockCode of(TensorType type) {
    return switch (type) {
      case Q2_K -> new TwoBits();
      case Q3_K -> new ThreeBits();
      case Q4_K -> new FourBits();
      case Q5_K -> new FiveBits();
      case Q6_K -> new SixBits();
      case IQ4_XS -> new NonLinear();
      default -> throw new IllegalArgumentException(type + " has no blocks of 256");
    };
  }

  /** Q2_K: four words of scales and minimums, sixteen of quants. */
  private static final class TwoBits extends BlockCode {
    TwoBits() {
      super(TensorType.Q2_K, 16, 8, true);
    }

    @Override
    void scales(long address, Panel panel, int block) {
      storeHalves(address, panel.d, 0);
      storeHalves(address + layout().half(1), panel.dMin, 0);
      for (int g = 0; g < 16; g++) {
        for (int v = 0; v < 2; v++) {
          IntVector word = shr(ints(word(address, g / 4) + (long) v * BYTES), 8 * (g & 3));
          word.and(INTS_15).intoArray(panel.scales, g * ROWS + v * LANES);
          shr(word, 4).and(INTS_15).intoArray(panel.minimums, g * ROWS + v * LANES);
        }
      }
    }

    @Override
    void quants(long address, Panel panel, int pair) {
      for (int part = 0; part < 2; part++) {
        for (int j = 0; j < 4; j++) {
          pairs(word(address, 4 + 8 * part), 2 * j, panel.quants, 2 * (64 * part + 16 * j) * ROWS);
        }
      }
    }

    private static void pairs(long from, int bit, short[] q, int to) {
      for (int u = 0; u < 16; u++) {
        ShortVector v = shr(shorts(from + (long) u * BYTES), bit);
        int at = to + (2 * u - (u & 1)) * ROWS;
        v.and(SHORTS_3).intoArray(q, at);
        shr(v, 8).and(SHORTS_3).intoArray(q, at + 2 * ROWS);
      }
    }
  }

  /** Q3_K: eight words of third bits, sixteen of low pairs, three of scales. */
  private static final class ThreeBits extends BlockCode {
    ThreeBits() {
      super(TensorType.Q3_K, 16, 8, false);
    }

    @Override
    void scales(long address, Panel panel, int block) {
      storeHalves(address, panel.d, 0);
      for (int g = 0; g < 16; g++) {
        for (int v = 0; v < 2; v++) {
          long from = word(address, 24) + (long) v * BYTES;
          int byteOf = 8 * (g & 3);
          IntVector low = shr(ints(from + (g >> 2 & 1) * 2L * BYTES), byteOf + 4 * (g >> 3));
          IntVector high = shr(ints(from + 4L * BYTES), byteOf + 2 * (g >> 2));
          low.and(INTS_15)
              .or(high.and(3).lanewise(VectorOperators.LSHL, 4))
              .sub(INTS_32)
              .intoArray(panel.scales, g * ROWS + v * LANES);
        }
      }
    }

    @Override
    void quants(long address, Panel panel, int pair) {
      for (int part = 0; part < 2; part++) {
        for (int j = 0; j < 4; j++) {
          pairs(
              word(address, 8 + 8 * part),
              word(address, 0),
              2 * j,
              4 * part + j,
              panel.quants,
              2 * (64 * part + 16 * j) * ROWS);
        }
      }
    }

    private static void pairs(long from, long thirds, int bit, int third, short[] q, int to) {
      for (int u = 0; u < 16; u++) {
        ShortVector v = shr(shorts(from + (long) u * BYTES), bit);
        ShortVector t = shr(shorts(thirds + (long) u * BYTES), third);
        int at = to + (2 * u - (u & 1)) * ROWS;
        v.and(SHORTS_3).add(high(t)).sub(SHORTS_4).intoArray(q, at);
        shr(v, 8).and(SHORTS_3).add(high(shr(t, 8))).sub(SHORTS_4).intoArray(q, at + 2 * ROWS);
      }
    }

    private static ShortVector high(ShortVector third) {
      return third.lanewise(VectorOperators.LSHL, 2).and(SHORTS_4);
    }
  }

  /** Q4_K and Q5_K: three words of scales and minimums. */
  private abstract static class Scaled extends BlockCode {
    Scaled(TensorType type, int step) {
      super(type, 32, step, true);
    }

    @Override
    final void scales(long address, Panel panel, int block) {
      storeHalves(address, panel.d, 0);
      storeHalves(address + layout().half(1), panel.dMin, 0);
      for (int v = 0; v < 2; v++) {
        long from = word(address, 0) + (long) v * BYTES;
        IntVector s = ints(from);
        IntVector m = ints(from + 2L * BYTES);
        IntVector both = ints(from + 4L * BYTES);
        int at = v * LANES;
        for (int g = 0; g < 4; g++, at += ROWS) {
          shr(s, 8 * g).and(INTS_63).intoArray(panel.scales, at);
          shr(m, 8 * g).and(INTS_63).intoArray(panel.minimums, at);
          IntVector low = shr(both, 8 * g);
          low.and(INTS_15)
              .or(shr(s, 8 * g + 2).and(INTS_48))
              .intoArray(panel.scales, at + 4 * ROWS);
          shr(low, 4)
              .and(INTS_15)
              .or(shr(m, 8 * g + 2).and(INTS_48))
              .intoArray(panel.minimums, at + 4 * ROWS);
        }
      }
    }
  }

  /** Q4_K: then 32 words of nibbles. */
  private static final class FourBits extends Scaled {
    FourBits() {
      super(TensorType.Q4_K, 16);
    }

    @Override
    void quants(long address, Panel panel, int pair) {
      for (int h = 0; h < 4; h++) {
        nibbles(word(address, 3 + 8 * h), panel.quants, 64 * h * ROWS);
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
    void dot(long address, Panel panel, int[] x, int at, short[] sums, int to) {
      long from = word(address, 3);
      for (int h = 0, out = to; h < 4; h++, out += 4 * ROWS) {
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
  private static final class FiveBits extends Scaled {
    FiveBits() {
      super(TensorType.Q5_K, 8);
    }

    @Override
    void quants(long address, Panel panel, int pair) {
      for (int h = 0; h < 4; h++) {
        pairs(word(address, 11 + 8 * h), word(address, 3), 2 * h, panel.quants, 64 * h * ROWS);
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

  /** Q6_K: 32 words of low nibbles, 16 of high pairs, 4 of signed scales. */
  private static final class SixBits extends BlockCode {
    SixBits() {
      super(TensorType.Q6_K, 16, 8, false);
    }

    @Override
    void scales(long address, Panel panel, int block) {
      storeHalves(address, panel.d, 0);
      for (int g = 0; g < 16; g++) {
        for (int v = 0; v < 2; v++) {
          ints(word(address, 48 + g / 4) + (long) v * BYTES)
              .lanewise(VectorOperators.LSHL, 24 - 8 * (g & 3))
              .lanewise(VectorOperators.ASHR, 24)
              .intoArray(panel.scales, g * ROWS + v * LANES);
        }
      }
    }

    @Override
    void quants(long address, Panel panel, int pair) {
      for (int part = 0; part < 2; part++) {
        for (int half = 0; half < 2; half++) {
          pairs(
              word(address, 16 * part + 8 * half),
              word(address, 32 + 8 * part),
              2 * half,
              panel.quants,
              2 * (64 * part + 16 * half) * ROWS);
        }
      }
    }

    private static void pairs(long from, long highs, int bit, short[] q, int to) {
      for (int u = 0; u < 16; u++) {
        ShortVector v = shorts(from + (long) u * BYTES);
        ShortVector h = shr(shorts(highs + (long) u * BYTES), bit);
        int at = to + (2 * u - (u & 1)) * ROWS;
        quant(v.and(SHORTS_15), h.lanewise(VectorOperators.LSHL, 4)).intoArray(q, at);
        quant(shr(v, 8).and(SHORTS_15), shr(h, 4)).intoArray(q, at + 2 * ROWS);
        quant(shr(v, 4).and(SHORTS_15), h).intoArray(q, at + 64 * ROWS);
        quant(shr(v, 12), shr(h, 8)).intoArray(q, at + 66 * ROWS);
      }
    }

    private static ShortVector quant(ShortVector low, ShortVector high) {
      return low.or(high.and(SHORTS_48)).sub(SHORTS_32);
    }

    @Override
    void dot(long address, Panel panel, int[] x, int at, short[] sums, int to) {
      for (int part = 0; part < 2; part++) {
        for (int g = 0; g < 4; g++) {
          sixteen(
              word(address, 16 * part + 4 * g),
              word(address, 32 + 8 * part + 4 * (g & 1)),
              2 * (g >> 1),
              x,
              at + 64 * part + 8 * g,
              sums,
              to + (16 * part + 2 * g) * ROWS);
        }
      }
    }

    /** Four words: a group of 16 columns in the low nibbles, and the one 64 columns on in the high. */
    private static void sixteen(
        long from, long highs, int bit, int[] x, int at, short[] sums, int to) {
      for (int v = 0; v < 2; v++) {
        ShortVector a = ShortVector.zero(SHORTS);
        ShortVector b = a;
        for (int i = 0; i < 4; i++) {
          long offset = (2L * i + v) * BYTES;
          ShortVector q = shorts(from + offset);
          ShortVector h = shr(shorts(highs + offset), bit);
          int j = at + 2 * i;
          a = a.add(quant(q.and(SHORTS_15), h.lanewise(VectorOperators.LSHL, 4)).mul(Dots.pair(x, j)));
          a = a.add(quant(shr(q, 8).and(SHORTS_15), shr(h, 4)).mul(Dots.pair(x, j + 1)));
          b = b.add(quant(shr(q, 4).and(SHORTS_15), h).mul(Dots.pair(x, j + 32)));
          b = b.add(quant(shr(q, 12), shr(h, 8)).mul(Dots.pair(x, j + 33)));
        }
        a.intoArray(sums, to + v * ROWS);
        b.intoArray(sums, to + (8 + v) * ROWS);
      }
    }
  }

  /** IQ4_XS: a word of scales beside their high pairs, 32 words of nibbles that index a table. */
  private static final class NonLinear extends BlockCode {
    NonLinear() {
      super(TensorType.IQ4_XS, 32, 2, false);
    }

    @Override
    void scales(long address, Panel panel, int block) {
      storeHalves(address, panel.d, 0);
      IntVector pairs = shorts(address + layout().half(1)).reinterpretAsInts();
      for (int v = 0; v < 2; v++) {
        IntVector low = ints(word(address, 0) + (long) v * BYTES);
        IntVector high = shr(pairs, 16 * v); // the group's halves are the even and the odd lanes
        for (int g = 0; g < 8; g++) {
          shr(low, 4 * g)
              .and(INTS_15)
              .or(shr(high, 2 * g).and(3).lanewise(VectorOperators.LSHL, 4))
              .sub(INTS_32)
              .intoArray(panel.scales, g * ROWS + v * LANES);
        }
      }
    }

    @Override
    void quants(long address, Panel panel, int pair) {
      for (int g = 0; g < 8; g++) {
        nibbles(word(address, 1 + 4 * g), 4, (short) 0, panel, 16 * g, 16 * g + 8);
      }
      lookUp(panel, 0, 128);
    }
  }
}
