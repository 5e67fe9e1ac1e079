package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.load;

import io.wasmchord.quant.TensorType;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Unpacks one block of a group's rows. The rows' blocks lie interleaved by units of two bytes: unit u
 * holds bytes 2u (low) and 2u + 1 (high) of every row's block, a lane each. The layouts of the blocks
 * themselves stand beside {@code quant.Unpack32} and {@code quant.Unpack256}.
 */
abstract class Unpacker {
  private static final int UNIT = 2 * ROWS;

  /**
   * Unpacks the block at {@code address}.
   *
   * @param column its first column in the panel
   * @param block its number in the panel
   */
  abstract void unpack(long address, Panel panel, int column, int block);

  static Unpacker of(TensorType type) {
    return switch (type) {
      case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL -> Unpackers32.of(type);
      default -> Unpackers256.of(type);
    };
  }

  /** Unit {@code u} of the block. */
  static ShortVector unit(long address, int u) {
    return load(address + (long) u * UNIT);
  }

  static ShortVector shr(ShortVector v, int bits) {
    return v.lanewise(VectorOperators.LSHR, bits);
  }

  static ShortVector shl(ShortVector v, int bits) {
    return v.lanewise(VectorOperators.LSHL, bits);
  }

  /** Stores the quants of a column. */
  static void put(ShortVector quants, Panel panel, int column) {
    quants.intoArray(panel.quants, column * ROWS);
  }

  /** Stores the four nibbles of a unit of bytes: low ones at {@code low}, high ones at {@code high}. */
  static void nibbles(ShortVector v, Panel panel, int low, int high, int bias) {
    put(v.and((short) 15).sub((short) bias), panel, low);
    put(shr(v, 8).and((short) 15).sub((short) bias), panel, low + 1);
    put(shr(v, 4).and((short) 15).sub((short) bias), panel, high);
    put(shr(v, 12).sub((short) bias), panel, high + 1);
  }

  /** Replaces indices into the table of the non-linear formats by its values. */
  static void lookUp(Panel panel, int column, int columns) {
    short[] quants = panel.quants;
    for (int i = column * ROWS; i < (column + columns) * ROWS; i++) {
      quants[i] = NONLINEAR[quants[i]];
    }
  }

  private static final short[] NONLINEAR = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };
}
