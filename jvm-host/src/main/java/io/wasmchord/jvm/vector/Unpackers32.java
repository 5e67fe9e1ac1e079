package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.storeHalves;

import io.wasmchord.quant.TensorType;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The formats with 32 values in a block. */
final class Unpackers32 {
  private Unpackers32() {}

  static Unpacker of(TensorType type) {
    return switch (type) {
      case Q4_0 -> new FourBits(1, 8, false);
      case Q4_1 -> new FourBits(2, 0, false);
      case IQ4_NL -> new FourBits(1, 0, true);
      case Q5_0 -> new FiveBits(1, 16);
      case Q5_1 -> new FiveBits(2, 0);
      case Q8_0 -> new EightBits();
      default -> throw new IllegalArgumentException(type + " has no blocks of 32");
    };
  }

  private static void scales(long address, int halves, Panel panel, int block) {
    storeHalves(Unpacker.unit(address, 0), panel.d, block * ROWS);
    if (halves == 2) {
      storeHalves(Unpacker.unit(address, 1), panel.dMin, block * ROWS);
    }
  }

  /** Q4_0, Q4_1 and IQ4_NL: float16 fields, then eight units of nibbles. */
  private static final class FourBits extends Unpacker {
    private final int halves;
    private final int bias;
    private final boolean nonLinear;

    FourBits(int halves, int bias, boolean nonLinear) {
      this.halves = halves;
      this.bias = bias;
      this.nonLinear = nonLinear;
    }

    @Override
    void unpack(long address, Panel panel, int column, int block) {
      scales(address, halves, panel, block);
      for (int i = 0; i < 8; i++) {
        nibbles(unit(address, halves + i), panel, column + 2 * i, column + 16 + 2 * i, bias);
      }
      if (nonLinear) {
        lookUp(panel, column, 32);
      }
    }
  }

  /** Q5_0 and Q5_1: float16 fields, two units of fifth bits, eight units of nibbles. */
  private static final class FiveBits extends Unpacker {
    private final int halves;
    private final short bias;

    FiveBits(int halves, int bias) {
      this.halves = halves;
      this.bias = (short) bias;
    }

    @Override
    void unpack(long address, Panel panel, int column, int block) {
      scales(address, halves, panel, block);
      ShortVector first = unit(address, halves); // fifth bits of values 0..15
      ShortVector second = unit(address, halves + 1);
      for (int i = 0; i < 8; i++) {
        ShortVector v = unit(address, halves + 2 + i);
        int bit = 2 * i;
        put(with(v.and((short) 15), shr(first, bit)), panel, column + bit);
        put(with(shr(v, 8).and((short) 15), shr(first, bit + 1)), panel, column + bit + 1);
        put(with(shr(v, 4).and((short) 15), shr(second, bit)), panel, column + 16 + bit);
        put(with(shr(v, 12), shr(second, bit + 1)), panel, column + 17 + bit);
      }
    }

    private ShortVector with(ShortVector nibble, ShortVector fifth) {
      return nibble.or(shl(fifth.and((short) 1), 4)).sub(bias);
    }
  }

  /** Q8_0: a float16, then sixteen units of signed bytes. */
  private static final class EightBits extends Unpacker {
    @Override
    void unpack(long address, Panel panel, int column, int block) {
      scales(address, 1, panel, block);
      for (int i = 0; i < 16; i++) {
        ShortVector v = unit(address, 1 + i);
        put(shl(v, 8).lanewise(VectorOperators.ASHR, 8), panel, column + 2 * i);
        put(v.lanewise(VectorOperators.ASHR, 8), panel, column + 2 * i + 1);
      }
    }
  }
}
