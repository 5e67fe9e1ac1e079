package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.storeHalves;
import static io.wasmchord.jvm.vector.Lanes.storeInts;

import io.wasmchord.quant.TensorType;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The formats with 256 values in a block. */
final class Unpackers256 {
  private Unpackers256() {}

  static Unpacker of(TensorType type) {
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

  /** Q2_K: scales and minimums, quants, two float16. */
  private static final class TwoBits extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      storeHalves(unit(address, 40), panel.d, 0);
      storeHalves(unit(address, 41), panel.dMin, 0);
      for (int i = 0; i < 8; i++) {
        ShortVector v = unit(address, i);
        storeInts(v.and((short) 15), panel.scales, 2 * i * ROWS);
        storeInts(shr(v, 4).and((short) 15), panel.minimums, 2 * i * ROWS);
        storeInts(shr(v, 8).and((short) 15), panel.scales, (2 * i + 1) * ROWS);
        storeInts(shr(v, 12), panel.minimums, (2 * i + 1) * ROWS);
      }
      for (int i = 0; i < 32; i++) {
        ShortVector v = unit(address, 8 + i);
        int first = (i >> 4) * 128 + (i & 15) * 2;
        for (int j = 0; j < 4; j++) {
          put(shr(v, 2 * j).and((short) 3), panel, first + 32 * j);
          put(shr(v, 8 + 2 * j).and((short) 3), panel, first + 32 * j + 1);
        }
      }
    }
  }

  /** Q3_K: third bits, low pairs, scales, a float16. */
  private static final class ThreeBits extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      storeHalves(unit(address, 54), panel.d, 0);
      for (int g = 0; g < 16; g++) {
        ShortVector low = shr(unit(address, 48 + ((g & 7) >> 1)), 8 * (g & 1) + 4 * (g >> 3));
        ShortVector high = shr(unit(address, 52 + ((g & 3) >> 1)), 8 * (g & 1) + 2 * (g >> 2));
        ShortVector scale = low.and((short) 15).or(shl(high.and((short) 3), 4));
        storeInts(scale.sub((short) 32), panel.scales, g * ROWS);
      }
      for (int i = 0; i < 32; i++) {
        ShortVector v = unit(address, 16 + i);
        ShortVector third = unit(address, i & 15);
        int first = (i >> 4) * 128 + (i & 15) * 2;
        for (int j = 0; j < 4; j++) {
          int bit = (i >> 4) * 4 + j;
          put(quant(shr(v, 2 * j), shr(third, bit)), panel, first + 32 * j);
          put(quant(shr(v, 8 + 2 * j), shr(third, 8 + bit)), panel, first + 32 * j + 1);
        }
      }
    }

    private static ShortVector quant(ShortVector low, ShortVector third) {
      return low.and((short) 3).or(shl(third.and((short) 1), 2)).sub((short) 4);
    }
  }

  /** The scales of Q4_K and Q5_K: two float16, then twelve bytes. */
  private static void scalesAndMinimums(long address, Panel panel) {
    storeHalves(Unpacker.unit(address, 0), panel.d, 0);
    storeHalves(Unpacker.unit(address, 1), panel.dMin, 0);
    for (int i = 0; i < 2; i++) {
      ShortVector s = Unpacker.unit(address, 2 + i); // bytes 2i and 2i + 1
      ShortVector m = Unpacker.unit(address, 4 + i);
      ShortVector both = Unpacker.unit(address, 6 + i);
      for (int b = 0; b < 2; b++) {
        int g = 2 * i + b;
        ShortVector scale = Unpacker.shr(s, 8 * b);
        ShortVector minimum = Unpacker.shr(m, 8 * b);
        ShortVector low = Unpacker.shr(both, 8 * b);
        storeInts(scale.and((short) 63), panel.scales, g * ROWS);
        storeInts(minimum.and((short) 63), panel.minimums, g * ROWS);
        storeInts(joined(low, scale), panel.scales, (g + 4) * ROWS);
        storeInts(joined(Unpacker.shr(low, 4), minimum), panel.minimums, (g + 4) * ROWS);
      }
    }
  }

  private static ShortVector joined(ShortVector low, ShortVector high) {
    return low.and((short) 15).or(Unpacker.shr(high.and((short) 0xC0), 2));
  }

  /** Q4_K: scales, then nibbles. */
  private static final class FourBits extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      scalesAndMinimums(address, panel);
      for (int i = 0; i < 64; i++) {
        int low = (i >> 4) * 64 + (i & 15) * 2;
        ShortVector v = unit(address, 8 + i);
        put(v.and((short) 15), panel, low);
        put(shr(v, 8).and((short) 15), panel, low + 1);
        put(shr(v, 4).and((short) 15), panel, low + 32);
        put(shr(v, 12), panel, low + 33);
      }
    }
  }

  /** Q5_K: scales, fifth bits, nibbles. */
  private static final class FiveBits extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      scalesAndMinimums(address, panel);
      for (int i = 0; i < 64; i++) {
        int low = (i >> 4) * 64 + (i & 15) * 2;
        int bit = 2 * (i >> 4);
        ShortVector v = unit(address, 24 + i);
        ShortVector fifth = unit(address, 8 + (i & 15));
        put(with(v, shr(fifth, bit)), panel, low);
        put(with(shr(v, 8), shr(fifth, 8 + bit)), panel, low + 1);
        put(with(shr(v, 4), shr(fifth, bit + 1)), panel, low + 32);
        put(with(shr(v, 12), shr(fifth, 9 + bit)), panel, low + 33);
      }
    }

    private static ShortVector with(ShortVector nibble, ShortVector fifth) {
      return nibble.and((short) 15).or(shl(fifth.and((short) 1), 4));
    }
  }

  /** Q6_K: low nibbles, high pairs, signed scales, a float16. */
  private static final class SixBits extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      storeHalves(unit(address, 104), panel.d, 0);
      for (int i = 0; i < 8; i++) {
        ShortVector v = unit(address, 96 + i);
        ShortVector low = shl(v, 8).lanewise(VectorOperators.ASHR, 8);
        storeInts(low, panel.scales, 2 * i * ROWS);
        storeInts(v.lanewise(VectorOperators.ASHR, 8), panel.scales, (2 * i + 1) * ROWS);
      }
      for (int i = 0; i < 64; i++) {
        int part = i >> 5;
        int first = part * 128 + (i & 31) * 2;
        int pair = ((i & 31) >> 4) * 2; // values below 64 of a part take pairs 0 and 2, else 1 and 3
        ShortVector v = unit(address, i);
        ShortVector high = shr(unit(address, 64 + part * 16 + (i & 15)), pair);
        put(quant(v, high), panel, first);
        put(quant(shr(v, 8), shr(high, 8)), panel, first + 1);
        put(quant(shr(v, 4), shr(high, 4)), panel, first + 64);
        put(quant(shr(v, 12), shr(high, 12)), panel, first + 65);
      }
    }

    private static ShortVector quant(ShortVector low, ShortVector high) {
      return low.and((short) 15).or(shl(high.and((short) 3), 4)).sub((short) 32);
    }
  }

  /** IQ4_XS: a float16, scales, nibbles that index a table. */
  private static final class NonLinear extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      storeHalves(unit(address, 0), panel.d, 0);
      ShortVector highs = unit(address, 1);
      for (int g = 0; g < 8; g++) {
        ShortVector low = shr(unit(address, 2 + (g >> 2)), 4 * (g & 3));
        ShortVector high = shr(highs, 2 * g).and((short) 3);
        ShortVector scale = low.and((short) 15).or(shl(high, 4)).sub((short) 32);
        storeInts(scale, panel.scales, g * ROWS);
        for (int i = 0; i < 8; i++) {
          int at = g * 32 + 2 * i;
          nibbles(unit(address, 4 + g * 8 + i), panel, at, at + 16, 0);
        }
      }
      lookUp(panel, 0, 256);
    }
  }
}
