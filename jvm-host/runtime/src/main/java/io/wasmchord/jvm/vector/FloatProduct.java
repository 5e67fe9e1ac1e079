package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.FloatFormat;
import jdk.incubator.vector.FloatVector;

/** The product of a weight of floats: one addition after the other, in order, a lane a row. */
final class FloatProduct extends Product {
  private final FloatFormatCode code;

  FloatProduct(WeightRows weight, FloatFormat format, Activations x, Target target) {
    super(weight, x, target);
    this.code = FloatFormatCode.of(format);
  }

  @Override
  void accumulate(int group, float[] acc, KernelScratch scratch) {
    float[] values = scratch.panel.values;
    for (int first = 0; first < weight.cols(); first += Panel.COLUMNS) {
      int columns = Math.min(Panel.COLUMNS, weight.cols() - first);
      code.unpack(weight.blocks(group, first, columns, scratch), columns, scratch);
      int t = 0;
      for (; t + KernelScratch.TILE <= tokens; t += KernelScratch.TILE) {
        for (int lane = 0; lane < ROWS; lane += LANES) {
          four(values, lane, columns, (x.first() + t) * x.cols() + first, acc, t * ROWS + lane);
        }
      }
      for (; t < tokens; t++) {
        one(values, columns, (x.first() + t) * x.cols() + first, acc, t * ROWS);
      }
    }
  }

  private void one(float[] w, int columns, int from, float[] acc, int at) {
    float[] values = x.values();
    FloatVector first = FloatVector.fromArray(FLOATS, acc, at);
    FloatVector second = FloatVector.fromArray(FLOATS, acc, at + LANES);
    for (int k = 0; k < columns; k++) {
      first = first.add(FloatVector.fromArray(FLOATS, w, k * ROWS).mul(values[from + k]));
      second = second.add(FloatVector.fromArray(FLOATS, w, k * ROWS + LANES).mul(values[from + k]));
    }
    first.intoArray(acc, at);
    second.intoArray(acc, at + LANES);
  }

  private void four(float[] w, int lane, int columns, int from, float[] acc, int at) {
    float[] values = x.values();
    int stride = x.cols();
    FloatVector a0 = FloatVector.fromArray(FLOATS, acc, at);
    FloatVector a1 = FloatVector.fromArray(FLOATS, acc, at + ROWS);
    FloatVector a2 = FloatVector.fromArray(FLOATS, acc, at + 2 * ROWS);
    FloatVector a3 = FloatVector.fromArray(FLOATS, acc, at + 3 * ROWS);
    for (int k = 0; k < columns; k++) {
      FloatVector v = FloatVector.fromArray(FLOATS, w, k * ROWS + lane);
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
