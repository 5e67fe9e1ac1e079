package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Tensor;
import io.wasmchord.jvm.machine.ElementKernels;
import io.wasmchord.jvm.machine.RowKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;

/** Commands that do the same with every value, whole vectors at a time. */
final class ElementSteps {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int VALUES = 2048; // in a unit

  private ElementSteps() {}

  /** Work on values, from one address to before another. */
  private interface Values {
    void run(long from, long end);
  }

  private static WorkerPool.Step<KernelScratch> step(String label, Tensor x, Values body) {
    long first = VectorTensor.of(x).address();
    long bytes = 4L * x.rows() * x.cols();
    long unit = 4L * VALUES;
    return RangeStep.rows(
        label,
        (int) ((bytes + unit - 1) / unit),
        (from, count) ->
            body.run(first + from * unit, first + Math.min(bytes, (from + count) * unit)));
  }

  /** Whether there are vectors of an activation. */
  static boolean has(Activation activation) {
    return switch (activation) {
      case SILU, GELU, GELU_ERF, RELU_SQUARED -> true;
      default -> false;
    };
  }

  /**
   * Of those that there are.
   *
   * @param machine whether kernels in machine code do where there are some
   */
  static WorkerPool.Step<KernelScratch> activate(Command.Activate c, boolean machine) {
    if (machine && MachineFloats.present() && ElementKernels.has(c.activation())) {
      return step("activate", c.x(), (from, end) -> activate(c.activation(), from, end));
    }
    return step(
        "activate", c.x(), (from, end) -> VectorElements.activate(c.activation(), from, end));
  }

  private static void activate(Activation activation, long from, long end) {
    long count = (end - from) / 4 / ElementKernels.LANES * ElementKernels.LANES;
    MachineFloats.elements().activate(activation, from, count);
    for (long x = from + 4 * count; x < end; x += 4) {
      float value = ALL.get(FLOAT, x);
      ALL.set(FLOAT, x, activated(activation, value));
    }
  }

  /** An activation that there are kernels of. */
  static float activated(Activation activation, float value) {
    return switch (activation) {
      case SILU -> FloatMath.silu(value);
      case GELU -> FloatMath.gelu(value);
      case GELU_ERF -> FloatMath.geluErf(value);
      default -> throw new IllegalArgumentException("no kernel of " + activation);
    };
  }

  static WorkerPool.Step<KernelScratch> add(Command.Add c, boolean machine) {
    long beside = VectorTensor.of(c.y()).address() - VectorTensor.of(c.x()).address();
    return step("add", c.x(), (from, end) -> add(from, end, from + beside, machine));
  }

  /** A unit is a row. */
  static WorkerPool.Step<KernelScratch> addBias(Command.AddBias c, boolean machine) {
    long x = VectorTensor.of(c.x()).address();
    long bias = VectorTensor.of(c.bias()).address();
    long bytes = 4L * c.x().cols();
    return RangeStep.rows(
        "addBias",
        c.x().rows(),
        (from, count) -> {
          for (int row = from; row < from + count; row++) {
            add(x + row * bytes, x + (row + 1) * bytes, bias, machine);
          }
        });
  }

  private static void add(long from, long end, long other, boolean machine) {
    long y = other;
    long x = from;
    if (machine && MachineFloats.present()) {
      long count = (end - from) / 4 / RowKernels.LANES * RowKernels.LANES;
      MachineFloats.rows().add(x, y, x, count);
      x += 4 * count;
      y += 4 * count;
    } else {
      long vectors = VectorElements.add(x, end, y);
      x += vectors;
      y += vectors;
    }
    for (; x < end; x += 4, y += 4) {
      ALL.set(FLOAT, x, ALL.get(FLOAT, x) + ALL.get(FLOAT, y));
    }
  }
}
