package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.floats;
import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Tensor;
import io.wasmchord.jvm.machine.RowKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Norms of runs of values. A unit is a run.
 *
 * @param x address of the first run; so {@code weight} and {@code out}
 * @param size values of a run
 * @param weights runs of weights, which runs take in turn
 * @param layer whether the mean is taken off, rather than only the length measured
 * @param bias address of what is added to every run, or 0
 * @param machine whether kernels in machine code do, where runs suit them
 */
record NormStep(
    String label,
    long x,
    long weight,
    long out,
    int size,
    int weights,
    int units,
    float eps,
    boolean layer,
    long bias,
    boolean machine)
    implements WorkerPool.Step<KernelScratch> {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int CHUNK_VALUES = 512;
  private static final int LINE = 64; // bytes

  static NormStep of(Command.RmsNorm c, boolean machine) {
    return of("rmsNorm", c.x(), c.weight(), c.eps(), c.out(), false, machine);
  }

  static NormStep of(Command.LayerNorm c, boolean machine) {
    return of("layerNorm", c.x(), c.weight(), c.eps(), c.out(), true, machine);
  }

  /** The same with a bias of as many values as a run has. */
  NormStep plus(Tensor added) {
    long address = VectorTensor.of(added).address();
    return new NormStep(label, x, weight, out, size, weights, units, eps, layer, address, machine);
  }

  private static NormStep of(
      String label,
      Tensor x,
      Tensor weight,
      float eps,
      Tensor out,
      boolean layer,
      boolean machine) {
    int size = weight.cols();
    return new NormStep(
        label,
        VectorTensor.of(x).address(),
        VectorTensor.of(weight).address(),
        VectorTensor.of(out).address(),
        size,
        weight.rows(),
        (int) ((long) x.rows() * x.cols() / size),
        eps,
        layer,
        0,
        machine && size % RowKernels.LANES == 0 && MachineFloats.present());
  }

  @Override
  public int chunk() {
    return Math.max(1, CHUNK_VALUES / size);
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
    if (machine) {
      for (int unit = from; unit < to; unit++) {
        machine(unit, scratch.memory(LINE + 4L * size));
      }
      return;
    }
    float[] row = scratch.floats(size);
    for (int unit = from; unit < to; unit++) {
      MemorySegment.copy(ALL, FLOAT, x + 4L * unit * size, row, 0, size);
      if (layer) {
        less(row, StridedSums.of(row, size) / (float) size);
      }
      float mean = StridedSums.ofSquares(row, size) / (float) size;
      float inverse = 1f / FloatMath.sqrt(mean + eps);
      long by = weight + 4L * (unit % weights) * size;
      if (bias == 0) {
        store(row, inverse, by, out + 4L * unit * size);
      } else {
        storeSum(row, inverse, by, out + 4L * unit * size);
      }
    }
  }

  /**
   * @param room address of a line, whose first value is a sum or factor, and of a run
   */
  private void machine(int unit, long room) {
    RowKernels kernels = MachineFloats.rows();
    long from = x + 4L * unit * size;
    if (layer) {
      kernels.sum(from, room, size);
      ALL.set(FLOAT, room, ALL.get(FLOAT, room) / (float) size);
      kernels.less(from, room, room + LINE, size);
      from = room + LINE;
    }
    kernels.squares(from, room, size);
    float mean = ALL.get(FLOAT, room) / (float) size;
    ALL.set(FLOAT, room, 1f / FloatMath.sqrt(mean + eps));
    long to = out + 4L * unit * size;
    kernels.scale(from, room, weight + 4L * (unit % weights) * size, to, size);
    if (bias != 0) {
      kernels.add(to, bias, to, size);
    }
  }

  private void less(float[] row, float mean) {
    int i = 0;
    for (; i + LANES <= size; i += LANES) {
      FloatVector.fromArray(FLOATS, row, i).sub(mean).intoArray(row, i);
    }
    for (; i < size; i++) {
      row[i] = row[i] - mean;
    }
  }

  private void store(float[] row, float inverse, long by, long to) {
    int i = 0;
    for (; i + LANES <= size; i += LANES) {
      FloatVector.fromArray(FLOATS, row, i)
          .mul(inverse)
          .mul(floats(by + 4L * i))
          .intoMemorySegment(ALL, to + 4L * i, LITTLE);
    }
    for (; i < size; i++) {
      ALL.set(FLOAT, to + 4L * i, (row[i] * inverse) * ALL.get(FLOAT, by + 4L * i));
    }
  }

  private void storeSum(float[] row, float inverse, long by, long to) {
    int i = 0;
    for (; i + LANES <= size; i += LANES) {
      FloatVector.fromArray(FLOATS, row, i)
          .mul(inverse)
          .mul(floats(by + 4L * i))
          .add(floats(bias + 4L * i))
          .intoMemorySegment(ALL, to + 4L * i, LITTLE);
    }
    for (; i < size; i++) {
      float value = (row[i] * inverse) * ALL.get(FLOAT, by + 4L * i);
      ALL.set(FLOAT, to + 4L * i, value + ALL.get(FLOAT, bias + 4L * i));
    }
  }
}
