package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.FLOATS;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.floats;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Tensor;
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
    long bias)
    implements WorkerPool.Step<KernelScratch> {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int CHUNK_VALUES = 512;

  static NormStep of(Command.RmsNorm c) {
    return of("rmsNorm", c.x(), c.weight(), c.eps(), c.out(), false);
  }

  static NormStep of(Command.LayerNorm c) {
    return of("layerNorm", c.x(), c.weight(), c.eps(), c.out(), true);
  }

  /** The same with a bias of as many values as a run has. */
  NormStep plus(Tensor added) {
    long address = VectorTensor.of(added).address();
    return new NormStep(label, x, weight, out, size, weights, units, eps, layer, address);
  }

  private static NormStep of(
      String label, Tensor x, Tensor weight, float eps, Tensor out, boolean layer) {
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
        0);
  }

  @Override
  public int chunk() {
    return Math.max(1, CHUNK_VALUES / size);
  }

  @Override
  public void run(int from, int to, KernelScratch scratch) {
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
