package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.INTS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.pairSums;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * From the integer sums of a panel and one row of activations to floats, added to the results in
 * the contract's order.
 */
final class Epilogue {
  private Epilogue() {}

  /** The stages for a format. */
  static Stage[] of(BlockCode code, Activations x) {
    int chunks = code.group() / 2 / code.step();
    if (code.values() == 32) {
      if (code.group() < 32) {
        return new Stage[] {new Parted(x, chunks)};
      }
      return new Stage[] {
        code.minimum() ? new Offset(x, chunks) : new Plain(x, chunks, code.bias())
      };
    }
    int groups = 256 / code.group();
    Stage scaled = new ScaledSums(groups, chunks);
    return code.minimum()
        ? new Stage[] {scaled, new MinimumSums(x, groups), new WithMinimums(x)}
        : new Stage[] {scaled, new Scaled(x)};
  }

  /** The stages after {@link BlockCode#dot}. */
  static Stage[] ofDot(BlockCode code, Activations x) {
    if (code.dotScales()) {
      return code.minimum()
          ? new Stage[] {new MinimumSums(x, 256 / code.group()), new WithMinimums(x)}
          : new Stage[] {new Scaled(x)};
    }
    if (code.values() == 256) {
      return of(code, x);
    }
    if (code.group() < 32) {
      return new Stage[] {new WholeParted(x)};
    }
    return new Stage[] {code.minimum() ? new WholeOffset(x) : new WholePlain(x, code.bias())};
  }

  /** Number of the panel's first block among all blocks of activations. */
  private static int block(Activations x, KernelScratch s, int values) {
    return (x.first() + s.token) * (x.cols() / values) + s.block;
  }

  /** The signed byte of each lane that {@code left} shifts to its end. */
  static IntVector signed(IntVector packed, int left) {
    return packed.lanewise(VectorOperators.LSHL, left).lanewise(VectorOperators.ASHR, 24);
  }

  private static FloatVector floats(IntVector v) {
    return (FloatVector) v.convert(VectorOperators.I2F, 0);
  }

  /**
   * {@code S = sum over groups of scale * sum(q * a)}.
   *
   * @param groups in a block
   * @param chunks of sums in a group
   */
  private record ScaledSums(int groups, int chunks) implements Stage {
    @Override
    public void run(KernelScratch s) {
      int sums = s.tile * groups * chunks * 2 * ROWS;
      for (int v = 0; v < 2; v++) {
        if (chunks == 1) {
          whole(s, sums + v * ROWS, v * LANES);
        } else {
          split(s, sums + v * ROWS, v * LANES);
        }
      }
    }

    private void whole(KernelScratch s, int sums, int lane) {
      int[] scales = s.panel.scales;
      IntVector total = IntVector.zero(INTS);
      for (int g = 0, at = sums, p = lane; g < groups; g += 4, at += 8 * ROWS, p += ROWS) {
        IntVector packed = IntVector.fromArray(INTS, scales, p);
        total = total.add(signed(packed, 24).mul(sum(s.sums, at)));
        total = total.add(signed(packed, 16).mul(sum(s.sums, at + 2 * ROWS)));
        total = total.add(signed(packed, 8).mul(sum(s.sums, at + 4 * ROWS)));
        total = total.add(signed(packed, 0).mul(sum(s.sums, at + 6 * ROWS)));
      }
      total.intoArray(s.scaled, lane);
    }

    private void split(KernelScratch s, int sums, int lane) {
      IntVector total = IntVector.zero(INTS);
      for (int g = 0, at = sums; g < groups; g++) {
        IntVector sum = sum(s.sums, at);
        at += 2 * ROWS;
        for (int i = 1; i < chunks; i++, at += 2 * ROWS) {
          sum = sum.add(sum(s.sums, at));
        }
        IntVector packed = IntVector.fromArray(INTS, s.panel.scales, g / 4 * ROWS + lane);
        total = total.add(signed(packed, 24 - 8 * (g & 3)).mul(sum));
      }
      total.intoArray(s.scaled, lane);
    }

    private static IntVector sum(short[] sums, int at) {
      return pairSums(ShortVector.fromArray(SHORTS, sums, at));
    }
  }

  /** The same, from whole sums of {@code groups} groups. */
  record ScaledWhole(int groups) implements Stage {
    @Override
    public void run(KernelScratch s) {
      for (int lane = 0; lane < ROWS; lane += LANES) {
        IntVector total = IntVector.zero(INTS);
        for (int g = 0; g < groups; g++) {
          IntVector packed = IntVector.fromArray(INTS, s.panel.scales, g / 4 * ROWS + lane);
          IntVector sum = IntVector.fromArray(INTS, s.whole, g * ROWS + lane);
          total = total.add(signed(packed, 24 - 8 * (g & 3)).mul(sum));
        }
        total.intoArray(s.scaled, lane);
      }
    }
  }

  /** {@code M = sum over groups of min * sum(a)}. */
  private record MinimumSums(Activations x, int groups) implements Stage {
    @Override
    public void run(KernelScratch s) {
      int sixteens = 16 / groups;
      int first = 16 * block(x, s, 256);
      int[] least = s.panel.minimums;
      for (int lane = 0; lane < ROWS; lane += LANES) {
        IntVector total = IntVector.zero(INTS);
        for (int i = first, p = lane; i < first + 16; i += 4 * sixteens, p += ROWS) {
          IntVector packed = IntVector.fromArray(INTS, least, p);
          total = total.add(packed.and(Lanes.INTS_255).mul(sum(i, sixteens)));
          total =
              total.add(Lanes.shr(packed, 8).and(Lanes.INTS_255).mul(sum(i + sixteens, sixteens)));
          total =
              total.add(
                  Lanes.shr(packed, 16).and(Lanes.INTS_255).mul(sum(i + 2 * sixteens, sixteens)));
          total = total.add(Lanes.shr(packed, 24).mul(sum(i + 3 * sixteens, sixteens)));
        }
        total.intoArray(s.minimums, lane);
      }
    }

    private int sum(int i, int sixteens) {
      return sixteens == 1 ? x.sums()[i] : x.sums()[i] + x.sums()[i + 1];
    }
  }

  /** {@code da * (d * S)}. */
  private record Scaled(Activations x) implements Stage {
    @Override
    public void run(KernelScratch s) {
      float da = x.scales()[block(x, s, 256)];
      for (int lane = 0, at = s.token * ROWS; lane < ROWS; lane += LANES, at += LANES) {
        FloatVector value =
            FloatVector.fromArray(FLOATS, s.panel.d, lane)
                .mul(floats(IntVector.fromArray(INTS, s.scaled, lane)));
        FloatVector.fromArray(FLOATS, s.acc, at).add(value.mul(da)).intoArray(s.acc, at);
      }
    }
  }

  /** {@code da * (d * S - dMin * M)}. */
  private record WithMinimums(Activations x) implements Stage {
    @Override
    public void run(KernelScratch s) {
      float da = x.scales()[block(x, s, 256)];
      for (int lane = 0, at = s.token * ROWS; lane < ROWS; lane += LANES, at += LANES) {
        FloatVector value =
            FloatVector.fromArray(FLOATS, s.panel.d, lane)
                .mul(floats(IntVector.fromArray(INTS, s.scaled, lane)));
        FloatVector minimum =
            FloatVector.fromArray(FLOATS, s.panel.dMin, lane)
                .mul(floats(IntVector.fromArray(INTS, s.minimums, lane)));
        FloatVector.fromArray(FLOATS, s.acc, at)
            .add(value.sub(minimum).mul(da))
            .intoArray(s.acc, at);
      }
    }
  }

  /** The sum of a block of 32, whose vector's chunks begin at {@code at}. */
  private static IntVector blockSum(short[] sums, int at, int chunks) {
    IntVector sum = IntVector.zero(INTS);
    for (int i = 0, c = at; i < chunks; i++, c += 2 * ROWS) {
      sum = sum.add(pairSums(ShortVector.fromArray(SHORTS, sums, c)));
    }
    return sum;
  }

  /** {@code (d * da) * S}, block by block; {@code bias} times the activations is still in S. */
  private record Plain(Activations x, int chunks, int bias) implements Stage {
    @Override
    public void run(KernelScratch s) {
      float[] scales = x.scales();
      int block = block(x, s, 32);
      int sums = s.tile * s.blocks * chunks * 2 * ROWS;
      for (int v = 0, at = s.token * ROWS; v < 2; v++, at += LANES) {
        FloatVector total = FloatVector.fromArray(FLOATS, s.acc, at);
        for (int j = 0; j < s.blocks; j++) {
          IntVector sum = blockSum(s.sums, sums + (2 * j * chunks + v) * ROWS, chunks);
          sum = sum.sub(bias * x.sums()[block + j]);
          FloatVector d = FloatVector.fromArray(FLOATS, s.panel.d, j * ROWS + v * LANES);
          total = total.add(d.mul(scales[block + j]).mul(floats(sum)));
        }
        total.intoArray(s.acc, at);
      }
    }
  }

  /** {@code (d * da) * S} of each half of a block, half by half. */
  private record Parted(Activations x, int chunks) implements Stage {
    @Override
    public void run(KernelScratch s) {
      int block = block(x, s, 32);
      int sums = s.tile * 2 * s.blocks * chunks * 2 * ROWS;
      for (int v = 0, at = s.token * ROWS; v < 2; v++, at += LANES) {
        FloatVector total = FloatVector.fromArray(FLOATS, s.acc, at);
        for (int j = 0; j < 2 * s.blocks; j++) {
          IntVector sum = blockSum(s.sums, sums + (2 * j * chunks + v) * ROWS, chunks);
          FloatVector d = FloatVector.fromArray(FLOATS, s.panel.d, j * ROWS + v * LANES);
          total = total.add(d.mul(x.scales()[block + j / 2]).mul(floats(sum)));
        }
        total.intoArray(s.acc, at);
      }
    }
  }

  /** The same, from sums of whole halves. */
  private record WholeParted(Activations x) implements Stage {
    @Override
    public void run(KernelScratch s) {
      int block = block(x, s, 32);
      for (int lane = 0, at = s.token * ROWS; lane < ROWS; lane += LANES, at += LANES) {
        FloatVector total = FloatVector.fromArray(FLOATS, s.acc, at);
        for (int j = 0, place = lane; j < 2 * s.blocks; j++, place += ROWS) {
          FloatVector d = FloatVector.fromArray(FLOATS, s.panel.d, place);
          FloatVector sum = floats(IntVector.fromArray(INTS, s.whole, place));
          total = total.add(d.mul(x.scales()[block + j / 2]).mul(sum));
        }
        total.intoArray(s.acc, at);
      }
    }
  }

  /** {@code (d * da) * S + m * s}, block by block. */
  private record Offset(Activations x, int chunks) implements Stage {
    @Override
    public void run(KernelScratch s) {
      float[] scales = x.scales();
      int block = block(x, s, 32);
      int sums = s.tile * s.blocks * chunks * 2 * ROWS;
      for (int v = 0, at = s.token * ROWS; v < 2; v++, at += LANES) {
        FloatVector total = FloatVector.fromArray(FLOATS, s.acc, at);
        for (int j = 0; j < s.blocks; j++) {
          IntVector sum = blockSum(s.sums, sums + (2 * j * chunks + v) * ROWS, chunks);
          int place = j * ROWS + v * LANES;
          FloatVector d = FloatVector.fromArray(FLOATS, s.panel.d, place);
          FloatVector m = FloatVector.fromArray(FLOATS, s.panel.dMin, place);
          int scale = 2 * (block + j);
          FloatVector term = d.mul(scales[scale]).mul(floats(sum));
          total = total.add(term.add(m.mul(scales[scale + 1])));
        }
        total.intoArray(s.acc, at);
      }
    }
  }

  /** As {@link Plain}, from sums of whole blocks. */
  private record WholePlain(Activations x, int bias) implements Stage {
    @Override
    public void run(KernelScratch s) {
      float[] scales = x.scales();
      int[] sums = x.sums();
      float[] d = s.panel.d;
      int block = block(x, s, 32);
      int at = s.token * ROWS;
      FloatVector first = FloatVector.fromArray(FLOATS, s.acc, at);
      FloatVector second = FloatVector.fromArray(FLOATS, s.acc, at + LANES);
      for (int j = 0, i = 0; j < s.blocks; j++, i += ROWS) {
        FloatVector scale = FloatVector.broadcast(FLOATS, scales[block + j]);
        IntVector less = IntVector.broadcast(INTS, bias * sums[block + j]);
        IntVector a = IntVector.fromArray(INTS, s.whole, i).sub(less);
        IntVector b = IntVector.fromArray(INTS, s.whole, i + LANES).sub(less);
        first = first.add(FloatVector.fromArray(FLOATS, d, i).mul(scale).mul(floats(a)));
        second = second.add(FloatVector.fromArray(FLOATS, d, i + LANES).mul(scale).mul(floats(b)));
      }
      first.intoArray(s.acc, at);
      second.intoArray(s.acc, at + LANES);
    }
  }

  /** As {@link Offset}, from sums of whole blocks. */
  private record WholeOffset(Activations x) implements Stage {
    @Override
    public void run(KernelScratch s) {
      float[] scales = x.scales();
      int block = block(x, s, 32);
      for (int lane = 0, at = s.token * ROWS; lane < ROWS; lane += LANES, at += LANES) {
        FloatVector total = FloatVector.fromArray(FLOATS, s.acc, at);
        for (int j = 0, place = lane; j < s.blocks; j++, place += ROWS) {
          FloatVector sum = floats(IntVector.fromArray(INTS, s.whole, place));
          FloatVector d = FloatVector.fromArray(FLOATS, s.panel.d, place);
          FloatVector m = FloatVector.fromArray(FLOATS, s.panel.dMin, place);
          int scale = 2 * (block + j);
          total = total.add(d.mul(scales[scale]).mul(sum).add(m.mul(scales[scale + 1])));
        }
        total.intoArray(s.acc, at);
      }
    }
  }
}
