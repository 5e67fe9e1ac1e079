package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.FloatFormat;

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
    for (int first = 0; first < weight.cols(); first += Panel.FLOATS) {
      int columns = Math.min(Panel.FLOATS, weight.cols() - first);
      code.unpack(weight.blocks(group, first, columns, scratch), columns, scratch);
      FloatTiles.add(
          values,
          0,
          columns,
          x.values(),
          x.first() * x.cols() + first,
          x.cols(),
          tokens,
          acc,
          0,
          ROWS);
    }
  }
}
