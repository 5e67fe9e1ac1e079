package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.HALF;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.TensorType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** The product of a quantized weight: exact integer sums, then floats in block order. */
final class IntegerProduct extends Product {
  private final Unpacker unpacker;
  private final int blockValues;
  private final int group;
  private final int step;
  private final boolean minimum;

  IntegerProduct(WeightRows weight, Activations x, Target target) {
    super(weight, x, target);
    TensorType type = weight.type();
    this.unpacker = Unpacker.of(type);
    this.blockValues = type.blockElements();
    this.group = group(type);
    this.step = step(type);
    this.minimum = minimum(type);
  }

  private static int group(TensorType type) {
    return switch (type) {
      case Q2_K, Q3_K, Q6_K -> 16;
      default -> 32;
    };
  }

  /** Products that fit 16 bits together; the ranges are in {@code docs/arithmetic.md}. */
  private static int step(TensorType type) {
    return switch (type) {
      case Q4_0 -> 32;
      case Q2_K, Q3_K, Q4_1, Q4_K, Q5_0 -> 16;
      case Q5_1, Q5_K, Q6_K -> 8;
      default -> 2;
    };
  }

  private static boolean minimum(TensorType type) {
    return switch (type) {
      case Q4_1, Q5_1, Q2_K, Q4_K, Q5_K -> true;
      default -> false;
    };
  }

  @Override
  void accumulate(int groupOfRows, float[] acc, Scratch scratch) {
    int inPanel = Panel.COLUMNS / blockValues;
    long blockBytes = (long) weight.type().blockBytes() * ROWS;
    for (int b = 0; b < weight.blocks(); b += inPanel) {
      int blocks = Math.min(inPanel, weight.blocks() - b);
      long address = weight.blocks(groupOfRows, b, blocks, scratch);
      for (int j = 0; j < blocks; j++) {
        unpacker.unpack(address + j * blockBytes, scratch.panel, j * blockValues, j);
      }
      int t = 0;
      for (; t + Scratch.TILE <= tokens; t += Scratch.TILE) {
        dots(scratch, t, b, blocks, true);
        for (int i = 0; i < Scratch.TILE; i++) {
          finish(scratch, t + i, i, b, blocks, acc);
        }
      }
      for (; t < tokens; t++) {
        dots(scratch, t, b, blocks, false);
        finish(scratch, t, 0, b, blocks, acc);
      }
    }
  }

  private void dots(Scratch scratch, int token, int block, int blocks, boolean four) {
    Dots.Work work =
        new Dots.Work(
            scratch.panel.quants,
            x.quants(),
            token * x.cols() + block * blockValues,
            x.cols(),
            blocks * blockValues,
            group,
            step,
            scratch.sums);
    if (step == 2) {
      if (four) {
        Dots.fourPairs(work);
      } else {
        Dots.onePairs(work);
      }
    } else if (four) {
      Dots.four(work);
    } else {
      Dots.one(work);
    }
  }

  private void finish(Scratch scratch, int token, int tile, int block, int blocks, float[] acc) {
    int sums = tile * (blocks * blockValues / group) * ROWS;
    if (blockValues == 256) {
      for (int half = 0; half < ROWS; half += HALF) {
        scaled(scratch, sums + half, half, token * (x.cols() / 256) + block, acc, token * ROWS + half);
      }
      return;
    }
    for (int half = 0; half < ROWS; half += HALF) {
      plain(scratch, sums + half, half, token * (x.cols() / 32) + block, blocks, acc, token * ROWS + half);
    }
  }

  /** {@code da * (d * S)} or {@code da * (d * S - dMin * M)} of half a group's rows. */
  private void scaled(Scratch scratch, int sums, int half, int block, float[] acc, int at) {
    Panel p = scratch.panel;
    int groups = 256 / group;
    IntVector s = IntVector.zero(INTS);
    for (int g = 0; g < groups; g++) {
      IntVector scale = IntVector.fromArray(INTS, p.scales, g * ROWS + half);
      s = s.add(scale.mul(IntVector.fromArray(INTS, scratch.sums, sums + g * ROWS)));
    }
    FloatVector value = FloatVector.fromArray(FLOATS, p.d, half).mul(floats(s));
    if (minimum) {
      IntVector m = IntVector.zero(INTS);
      int sixteens = group / 16;
      for (int i = 0; i < 16; i++) {
        IntVector least = IntVector.fromArray(INTS, p.minimums, i / sixteens * ROWS + half);
        m = m.add(least.mul(x.sums()[block * 16 + i]));
      }
      value = value.sub(FloatVector.fromArray(FLOATS, p.dMin, half).mul(floats(m)));
    }
    FloatVector.fromArray(FLOATS, acc, at).add(value.mul(x.scales()[block])).intoArray(acc, at);
  }

  /** {@code (d * da) * S} or {@code (d * da) * S + m * s}, block by block. */
  private void plain(
      Scratch scratch, int sums, int half, int block, int blocks, float[] acc, int at) {
    Panel p = scratch.panel;
    FloatVector total = FloatVector.fromArray(FLOATS, acc, at);
    for (int j = 0; j < blocks; j++) {
      FloatVector d = FloatVector.fromArray(FLOATS, p.d, j * ROWS + half);
      FloatVector s = floats(IntVector.fromArray(INTS, scratch.sums, sums + j * ROWS));
      FloatVector term;
      if (minimum) {
        FloatVector m = FloatVector.fromArray(FLOATS, p.dMin, j * ROWS + half);
        int scale = 2 * (block + j);
        term = d.mul(x.scales()[scale]).mul(s).add(m.mul(x.scales()[scale + 1]));
      } else {
        term = d.mul(x.scales()[block + j]).mul(s);
      }
      total = total.add(term);
    }
    total.intoArray(acc, at);
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
