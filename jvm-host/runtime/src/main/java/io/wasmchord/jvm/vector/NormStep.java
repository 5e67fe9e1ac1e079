package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Tensor;
import io.wasmchord.jvm.machine.RowKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;

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
    VectorNorm.run(this, from, to, scratch);
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
}
