package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.BYTES;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS_3;
import static io.wasmchord.jvm.vector.Lanes.ints;
import static io.wasmchord.jvm.vector.Lanes.shorts;
import static io.wasmchord.jvm.vector.Lanes.shr;

import io.wasmchord.quant.format.IntegerFormat;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The rarer formats with 256 values in a block; their layouts are in {@code quant.format}. */
final class LowBits256 {
  private static final IntVector BYTES_3 = IntVector.broadcast(INTS, 0x03030303);
  private static final IntVector BYTES_15 = IntVector.broadcast(INTS, 0x0F0F0F0F);
  private static final ShortVector SHORTS_4 = ShortVector.broadcast(SHORTS, 4);

  private LowBits256() {}

  /** Takes 32 from four bytes of 0 to 63 each, without a borrow between them. */
  private static IntVector less32(IntVector bytes) {
    return bytes.add(0x60606060).lanewise(VectorOperators.XOR, 0x80808080);
  }

  /** Q2_K: four words of scales and minimums, sixteen of quants. */
  static final class TwoBits extends BlockCode {
    TwoBits(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    Stage[] scales() {
      return new Stage[] {this::d, this::dMin, this::fill};
    }

    private void fill(Scratch s) {
      long from = word(s.address, 0);
      for (int u = 0; u < 8; u++) {
        IntVector word = ints(from + (long) u * BYTES);
        word.and(BYTES_15).intoArray(s.panel.scales, u * LANES);
        shr(word, 4).and(BYTES_15).intoArray(s.panel.minimums, u * LANES);
      }
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      long address = s.address;
      for (int part = 0; part < 2; part++) {
        for (int j = 0; j < 4; j++) {
          pairs(
              word(address, 4 + 8 * part), 2 * j, s.panel.quants, 2 * (64 * part + 16 * j) * ROWS);
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
  static final class ThreeBits extends BlockCode {
    ThreeBits(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    Stage[] scales() {
      return new Stage[] {this::d, this::fill};
    }

    private void fill(Scratch s) {
      for (int u = 0; u < 8; u++) { // four groups of one vector of rows
        int v = u & 1;
        int four = u >> 1;
        long from = word(s.address, 24) + (long) v * BYTES;
        IntVector low = shr(ints(from + (four & 1) * 2L * BYTES), 4 * (four >> 1)).and(BYTES_15);
        IntVector high = shr(ints(from + 4L * BYTES), 2 * four).and(BYTES_3);
        less32(low.or(high.lanewise(VectorOperators.LSHL, 4))).intoArray(s.panel.scales, u * LANES);
      }
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      long address = s.address;
      for (int part = 0; part < 2; part++) {
        for (int j = 0; j < 4; j++) {
          pairs(
              word(address, 8 + 8 * part),
              word(address, 0),
              2 * j,
              4 * part + j,
              s.panel.quants,
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

  /** IQ4_XS: a word of scales beside their high pairs, 32 words of nibbles that index a table. */
  static final class NonLinear extends BlockCode {
    NonLinear(IntegerFormat format) {
      super(format, 0);
    }

    @Override
    Stage[] scales() {
      return new Stage[] {this::d, this::fill};
    }

    private void fill(Scratch s) {
      IntVector pairs = shorts(s.address + layout().half(1)).reinterpretAsInts();
      for (int v = 0; v < 2; v++) {
        IntVector low = ints(word(s.address, 0) + (long) v * BYTES);
        IntVector high = shr(pairs, 16 * v); // the group's halves are the even and the odd lanes
        for (int four = 0; four < 2; four++) {
          IntVector nibbles = spread(shr(low, 16 * four), 15, 4);
          IntVector highs = spread(shr(high, 8 * four), 3, 6).lanewise(VectorOperators.LSHL, 4);
          less32(nibbles.or(highs)).intoArray(s.panel.scales, four * ROWS + v * LANES);
        }
      }
    }

    /**
     * The lowest four fields of {@code mask}, each moved {@code by} more bits to a byte of its own.
     */
    private static IntVector spread(IntVector bits, int mask, int by) {
      int width = 8 - by;
      return bits.and(mask)
          .or(bits.and(mask << width).lanewise(VectorOperators.LSHL, by))
          .or(bits.and(mask << (2 * width)).lanewise(VectorOperators.LSHL, 2 * by))
          .or(bits.and(mask << (3 * width)).lanewise(VectorOperators.LSHL, 3 * by));
    }

    @Override
    Stage[] quants() {
      return new Stage[] {this::unpack};
    }

    private void unpack(Scratch s) {
      long address = s.address;
      for (int g = 0; g < 8; g++) {
        nibbles(word(address, 1 + 4 * g), 4, s.panel, 16 * g, 16 * g + 8);
      }
      lookUp(s.panel, 0, 128);
    }
  }
}
