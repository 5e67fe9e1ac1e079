package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.jvm.machine.FloatKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The product of a weight of floats by kernels in machine code, which write results in place. */
final class MachineFloatProduct extends Product {
  private static final MemorySegment ZEROS = Arena.global().allocate(4L * ROWS, 64);

  private final FloatKernels kernels;
  private final long in;

  private MachineFloatProduct(
      FloatKernels kernels, WeightRows weight, Activations x, Target target) {
    super(weight, x, target);
    this.kernels = kernels;
    this.in = x.address() + 4L * x.first() * x.cols();
  }

  /** The product of floats that stand in memory, or null where there are no kernels for it. */
  static @Nullable Product of(WeightRows weight, Activations x, Target target) {
    FloatKernels kernels = MachineFloats.of(weight);
    return kernels == null ? null : new MachineFloatProduct(kernels, weight, x, target);
  }

  @Override
  void group(int group, KernelScratch scratch) {
    int first = group * ROWS;
    if (first + ROWS > weight.rows()) {
      super.group(group, scratch);
      return;
    }
    long stride = 4L * weight.rows();
    long added = bias == 0 ? ZEROS.address() : bias + 4L * first;
    long weights = weight.blocks(group, 0, weight.blocks(), scratch);
    int tile;
    for (int t = 0; t < tokens; t += tile) {
      tile = kernels.tile(tokens - t);
      tile(weights, t, tile, out + t * stride + 4L * first, stride, added);
    }
  }

  private void tile(long weights, int t, int tile, long to, long stride, long added) {
    long bytes = 4L * weight.cols();
    kernels.run(
        weights,
        new FloatKernels.Tile(in + t * bytes, bytes, to, stride, tile),
        weight.cols(),
        added);
  }

  /** The last group's, which has fewer rows than a register. */
  @Override
  void accumulate(int group, float[] acc, KernelScratch s) {
    long weights = weight.blocks(group, 0, weight.blocks(), s);
    int tile;
    for (int t = 0; t < tokens; t += tile) {
      tile = kernels.tile(tokens - t);
      tile(weights, t, tile, s.interleaved, 4L * ROWS, ZEROS.address());
      MemorySegment.copy(
          Width.ALL, ValueLayout.JAVA_FLOAT, s.interleaved, acc, t * ROWS, tile * ROWS);
    }
  }
}
