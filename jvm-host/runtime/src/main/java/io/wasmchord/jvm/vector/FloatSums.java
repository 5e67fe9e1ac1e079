package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;

/**
 * Sums of blocks of 32 products of integers, taken as floats: all of them are whole numbers below
 * 2^24, so no addition rounds. For formats of which only a few products fit 16 bits, where a
 * product of two 16-bit lanes is followed by more work than it saves.
 */
final class FloatSums {
  private static final int BLOCK = 32;

  private final Activations x;
  private final int bias;

  /**
   * @param bias that is on every quant
   */
  FloatSums(Activations x, int bias) {
    this.x = x;
    this.bias = bias;
  }

  /** Whether a format's products are better summed so. */
  static boolean suits(BlockCode code) {
    return code.values() == BLOCK
        && code.group() == BLOCK
        && !code.minimum()
        && code.step() <= KernelScratch.TILE;
  }

  /** Turns the panel's quants into floats, a pair of columns after the other. */
  static void widen(KernelScratch s) {
    short[] q = s.panel.quants;
    float[] values = s.panel.values;
    for (int i = 0; i < s.blocks * BLOCK * ROWS; i += 2 * ROWS) {
      widen(q, i, values, i);
      widen(q, i + ROWS, values, i + LANES);
    }
  }

  /** A vector's pairs: the low halves of its lanes are a column, the high ones the next. */
  private static void widen(short[] q, int from, float[] values, int to) {
    IntVector pairs = ShortVector.fromArray(SHORTS, q, from).reinterpretAsInts();
    IntVector low = pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16);
    floats(low).intoArray(values, to);
    floats(pairs.lanewise(VectorOperators.ASHR, 16)).intoArray(values, to + ROWS);
  }

  private static FloatVector floats(Vector<Integer> v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /** Adds the panel's blocks to the results of {@code tokens} rows of activations. */
  void add(KernelScratch s, int tokens) {
    for (int j = 0; j < s.blocks; j++) {
      float[] sums = s.sums(tokens * ROWS);
      int block = s.block + j;
      int from = x.first() * x.cols() + block * BLOCK;
      FloatTiles.add(
          s.panel.values,
          j * BLOCK * ROWS,
          BLOCK,
          x.values(),
          from,
          x.cols(),
          tokens,
          sums,
          0,
          ROWS);
      int scales = x.cols() / BLOCK;
      for (int t = 0; t < tokens; t++) {
        int at = (x.first() + t) * scales + block;
        float less = bias * x.sums()[at];
        term(s.panel.d, j * ROWS, x.scales()[at], less, sums, s.acc, t * ROWS);
      }
    }
  }

  /** {@code acc + (d * da) * sum}; leaves zeros in place of the sums. */
  private static void term(
      float[] d, int row, float da, float less, float[] sums, float[] acc, int at) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int v = 0; v < ROWS; v += LANES) {
      FloatVector sum = FloatVector.fromArray(FLOATS, sums, at + v).sub(less);
      FloatVector scale = FloatVector.fromArray(FLOATS, d, row + v).mul(da);
      FloatVector.fromArray(FLOATS, acc, at + v).add(scale.mul(sum)).intoArray(acc, at + v);
      zero.intoArray(sums, at + v);
    }
  }
}
