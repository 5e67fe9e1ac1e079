package io.wasmchord.jvm.vector;

import io.wasmchord.quant.format.IntegerFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The product of a quantized weight: exact integer sums, then floats in block order. */
final class IntegerProduct extends Product {
  private final BlockCode code;
  private final int values;
  private final Stage[] unpack;
  private final Stage[] dot;
  private final Stage[] one;
  private final Stage[] four;
  private final Stage[] epilogue;
  private final Stage[] dotEpilogue;
  private final boolean panelless; // for one row of activations
  private final @Nullable FloatSums floats; // for several, where they are faster

  IntegerProduct(WeightRows weight, IntegerFormat format, Activations x, Target target) {
    super(weight, x, target);
    this.code = BlockCode.of(format);
    this.values = code.values();
    this.unpack = join(code.scales(), code.quants());
    this.dot = join(code.scalesOfDot(), code.dot(x));
    this.panelless = dot.length > code.scalesOfDot().length;
    this.one = new Stage[] {new Dots.One(x, code.step(), values / 2)};
    this.four = new Stage[] {new Dots.Four(x, code.step(), values / 2)};
    this.floats = tokens > 1 && FloatSums.suits(code) ? new FloatSums(x, code.bias()) : null;
    this.epilogue = Epilogue.of(code, x);
    this.dotEpilogue = Epilogue.ofDot(code, x);
  }

  private static Stage[] join(Stage[] first, Stage[] second) {
    return Stream.of(first, second).flatMap(Stream::of).toArray(Stage[]::new);
  }

  @Override
  void prepare(KernelScratch s) {
    if (tokens == 1) {
      code.prepare(x, s);
    }
  }

  @Override
  void accumulate(int group, float[] acc, KernelScratch s) {
    int inPanel = Panel.COLUMNS / values;
    s.acc = acc;
    for (int b = 0; b < weight.blocks(); b += inPanel) {
      s.block = b;
      s.blocks = Math.min(inPanel, weight.blocks() - b);
      s.address = weight.blocks(group, b, s.blocks, s);
      if (tokens == 1 && panelless) {
        s.token = 0;
        s.tile = 0;
        s.at = b * (values / 2) + x.first() * (x.cols() / 2);
        Stage.call(dot, s);
        Stage.call(dotEpilogue, s);
      } else {
        Stage.call(unpack, s);
        if (floats == null) {
          tiles(s);
        } else {
          FloatSums.widen(s);
          floats.add(s, tokens);
        }
      }
    }
  }

  private void tiles(KernelScratch s) {
    int stride = x.cols() / 2;
    int at = s.block * (values / 2) + x.first() * stride;
    int t = 0;
    for (; t + KernelScratch.TILE <= tokens; t += KernelScratch.TILE) {
      s.at = at + t * stride;
      Stage.call(four, s);
      for (int i = 0; i < KernelScratch.TILE; i++) {
        s.tile = i;
        s.token = t + i;
        Stage.call(epilogue, s);
      }
    }
    s.tile = 0;
    for (; t < tokens; t++) {
      s.at = at + t * stride;
      s.token = t;
      Stage.call(one, s);
      Stage.call(epilogue, s);
    }
  }
}
