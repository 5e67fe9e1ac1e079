package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** The product of a quantized weight: exact integer sums, then floats in block order. */
final class IntegerProduct extends Product {
  private final BlockCode code;
  private final int values;
  private final int groupChunks;
  private final int blockChunks;

  IntegerProduct(WeightRows weight, Activations x, Target target) {
    super(weight, x, target);
    this.code = BlockCode.of(weight.type());
    this.values = code.values();
    this.groupChunks = code.group() / 2 / code.step();
    this.blockChunks = values / 2 / code.step();
  }

  @Override
  void accumulate(int group, float[] acc, Scratch scratch) {
    int inPanel = Panel.COLUMNS / values;
    for (int b = 0; b < weight.blocks(); b += inPanel) {
      int blocks = Math.min(inPanel, weight.blocks() - b);
      long address = weight.blocks(group, b, blocks, scratch);
      for (int j = 0; j < blocks; j++) {
        code.scales(address + (long) j * code.layout().bytes(), scratch.panel, j);
      }
      if (tokens == 1) {
        decode(address, b, blocks, scratch);
        finish(scratch, 0, 0, b, blocks, acc);
      } else {
        prefill(address, b, blocks, scratch, acc);
      }
    }
  }

  private void decode(long address, int block, int blocks, Scratch scratch) {
    for (int j = 0; j < blocks; j++) {
      code.dot(
          address + (long) j * code.layout().bytes(),
          scratch.panel,
          x.pairs(),
          (block + j) * (values / 2),
          scratch.sums,
          j * blockChunks * 2 * ROWS);
    }
  }

  private void prefill(long address, int block, int blocks, Scratch scratch, float[] acc) {
    for (int j = 0; j < blocks; j++) {
      code.quants(address + (long) j * code.layout().bytes(), scratch.panel, j * (values / 2));
    }
    short[] quants = scratch.panel.quants;
    int stride = x.cols() / 2;
    int pairs = blocks * values / 2;
    int at = block * (values / 2);
    int t = 0;
    for (; t + Scratch.TILE <= tokens; t += Scratch.TILE) {
      Dots.four(quants, x.pairs(), at + t * stride, stride, pairs, code.step(), scratch.sums);
      for (int i = 0; i < Scratch.TILE; i++) {
        finish(scratch, i, t + i, block, blocks, acc);
      }
    }
    for (; t < tokens; t++) {
      Dots.one(quants, x.pairs(), at + t * stride, pairs, code.step(), scratch.sums, 0);
      finish(scratch, 0, t, block, blocks, acc);
    }
  }

  private void finish(Scratch scratch, int tile, int token, int block, int blocks, float[] acc) {
    int sums = tile * blocks * blockChunks * 2 * ROWS;
    int scale = token * (x.cols() / values) + block;
    for (int v = 0; v < 2; v++) {
      int at = token * ROWS + v * LANES;
      if (values == 32) {
        plain(scratch, sums + v * ROWS, v * LANES, scale, blocks, acc, at);
      } else if (code.minimum()) {
        withMinimums(scratch, sums + v * ROWS, v * LANES, scale, acc, at);
      } else {
        scaled(scratch, sums + v * ROWS, v * LANES, scale, acc, at);
      }
    }
  }

  /** {@code sum over groups of scale * sum(q * a)} of one vector of rows. */
  private IntVector scaledSums(short[] sums, int at, int[] scales, int lane) {
    IntVector total = IntVector.zero(INTS);
    for (int s = lane, c = at; s < 256 / code.group() * ROWS; s += ROWS) {
      IntVector sum = Lanes.pairSums(ShortVector.fromArray(SHORTS, sums, c));
      c += 2 * ROWS;
      for (int more = 1; more < groupChunks; more++, c += 2 * ROWS) {
        sum = sum.add(Lanes.pairSums(ShortVector.fromArray(SHORTS, sums, c)));
      }
      total = total.add(IntVector.fromArray(INTS, scales, s).mul(sum));
    }
    return total;
  }

  /** {@code da * (d * S)}. */
  private void scaled(Scratch scratch, int sums, int lane, int block, float[] acc, int at) {
    IntVector s = scaledSums(scratch.sums, sums, scratch.panel.scales, lane);
    FloatVector value = FloatVector.fromArray(FLOATS, scratch.panel.d, lane).mul(floats(s));
    FloatVector.fromArray(FLOATS, acc, at).add(value.mul(x.scales()[block])).intoArray(acc, at);
  }

  /** {@code da * (d * S - dMin * M)}. */
  private void withMinimums(Scratch scratch, int sums, int lane, int block, float[] acc, int at) {
    Panel p = scratch.panel;
    IntVector s = scaledSums(scratch.sums, sums, p.scales, lane);
    IntVector m = IntVector.zero(INTS);
    int sixteens = code.group() / 16;
    for (int i = 16 * block, n = lane; i < 16 * block + 16; i += sixteens, n += ROWS) {
      int sum = sixteens == 1 ? x.sums()[i] : x.sums()[i] + x.sums()[i + 1];
      m = m.add(IntVector.fromArray(INTS, p.minimums, n).mul(sum));
    }
    FloatVector value =
        FloatVector.fromArray(FLOATS, p.d, lane)
            .mul(floats(s))
            .sub(FloatVector.fromArray(FLOATS, p.dMin, lane).mul(floats(m)));
    FloatVector.fromArray(FLOATS, acc, at).add(value.mul(x.scales()[block])).intoArray(acc, at);
  }

  /** {@code (d * da) * S} or {@code (d * da) * S + m * s}, block by block. */
  private void plain(
      Scratch scratch, int sums, int lane, int block, int blocks, float[] acc, int at) {
    Panel p = scratch.panel;
    float[] scales = x.scales();
    FloatVector total = FloatVector.fromArray(FLOATS, acc, at);
    int c = sums;
    for (int j = 0, n = lane; j < blocks; j++, n += ROWS) {
      IntVector sum = IntVector.zero(INTS);
      for (int i = 0; i < blockChunks; i++, c += 2 * ROWS) {
        sum = sum.add(Lanes.pairSums(ShortVector.fromArray(SHORTS, scratch.sums, c)));
      }
      FloatVector d = FloatVector.fromArray(FLOATS, p.d, n);
      if (code.minimum()) {
        FloatVector m = FloatVector.fromArray(FLOATS, p.dMin, n);
        int scale = 2 * (block + j);
        total = total.add(d.mul(scales[scale]).mul(floats(sum)).add(m.mul(scales[scale + 1])));
      } else {
        total = total.add(d.mul(scales[block + j]).mul(floats(sum)));
      }
    }
    total.intoArray(acc, at);
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }
}
