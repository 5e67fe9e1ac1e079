package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.HALF;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The product of a weight of floats: one addition after the other, in order, a lane a row. */
final class FloatProduct extends Product {
  FloatProduct(WeightRows weight, Activations x, Target target) {
    super(weight, x, target);
  }

  @Override
  void accumulate(int group, float[] acc, Scratch scratch) {
    float[] values = scratch.panel.values;
    for (int first = 0; first < weight.cols(); first += Panel.COLUMNS) {
      int columns = Math.min(Panel.COLUMNS, weight.cols() - first);
      unpack(weight.blocks(group, first, columns, scratch), columns, values);
      int t = 0;
      for (; t + Scratch.TILE <= tokens; t += Scratch.TILE) {
        for (int half = 0; half < ROWS; half += HALF) {
          four(values, half, columns, t * x.cols() + first, acc, t * ROWS + half);
        }
      }
      for (; t < tokens; t++) {
        one(values, columns, t * x.cols() + first, acc, t * ROWS);
      }
    }
  }

  private void unpack(long address, int columns, float[] values) {
    for (int k = 0; k < columns; k++) {
      int at = k * ROWS;
      switch (weight.type()) {
        case F16 -> Lanes.storeHalves(Unpacker.unit(address, k), values, at);
        case BF16 -> {
          IntVector bits = Unpacker.unit(address, k).reinterpretAsInts();
          store(bits.lanewise(VectorOperators.LSHL, 16), bits.and(0xFFFF0000), values, at);
        }
        default -> {
          ShortVector low = Unpacker.unit(address, 2 * k);
          ShortVector high = Unpacker.unit(address, 2 * k + 1);
          IntVector l = low.reinterpretAsInts();
          IntVector h = high.reinterpretAsInts();
          store(
              l.and(0xFFFF).or(h.lanewise(VectorOperators.LSHL, 16)),
              l.lanewise(VectorOperators.LSHR, 16).or(h.and(0xFFFF0000)),
              values,
              at);
        }
      }
    }
  }

  private static void store(IntVector even, IntVector odd, float[] values, int at) {
    even.reinterpretAsFloats().intoArray(values, at);
    odd.reinterpretAsFloats().intoArray(values, at + HALF);
  }

  private void one(float[] w, int columns, int from, float[] acc, int at) {
    float[] values = x.values();
    FloatVector first = FloatVector.fromArray(FLOATS, acc, at);
    FloatVector second = FloatVector.fromArray(FLOATS, acc, at + HALF);
    for (int k = 0; k < columns; k++) {
      first = first.add(FloatVector.fromArray(FLOATS, w, k * ROWS).mul(values[from + k]));
      second = second.add(FloatVector.fromArray(FLOATS, w, k * ROWS + HALF).mul(values[from + k]));
    }
    first.intoArray(acc, at);
    second.intoArray(acc, at + HALF);
  }

  private void four(float[] w, int half, int columns, int from, float[] acc, int at) {
    float[] values = x.values();
    int stride = x.cols();
    FloatVector a0 = FloatVector.fromArray(FLOATS, acc, at);
    FloatVector a1 = FloatVector.fromArray(FLOATS, acc, at + ROWS);
    FloatVector a2 = FloatVector.fromArray(FLOATS, acc, at + 2 * ROWS);
    FloatVector a3 = FloatVector.fromArray(FLOATS, acc, at + 3 * ROWS);
    for (int k = 0; k < columns; k++) {
      FloatVector v = FloatVector.fromArray(FLOATS, w, k * ROWS + half);
      int i = from + k;
      a0 = a0.add(v.mul(values[i]));
      a1 = a1.add(v.mul(values[i + stride]));
      a2 = a2.add(v.mul(values[i + 2 * stride]));
      a3 = a3.add(v.mul(values[i + 3 * stride]));
    }
    a0.intoArray(acc, at);
    a1.intoArray(acc, at + ROWS);
    a2.intoArray(acc, at + 2 * ROWS);
    a3.intoArray(acc, at + 3 * ROWS);
  }
}
