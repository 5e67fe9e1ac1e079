package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;

import io.wasmchord.backend.Activation;
import io.wasmchord.jvm.machine.ElementKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.ValueLayout;

/** Commands between products. */
final class RowStep {
  private static final int GATED = 1024; // values in a unit

  private RowStep() {}

  /**
   * {@code out = activation(gate) * up} over {@code values} floats at addresses.
   *
   * @param limit of an activation that has one
   * @param machine whether kernels in machine code do where there are some
   */
  static WorkerPool.Step<KernelScratch> gate(
      Activation activation,
      float limit,
      long gate,
      long up,
      long out,
      long values,
      boolean machine) {
    int units = (int) ((values + GATED - 1) / GATED);
    return RangeStep.rows(
        "gate",
        units,
        (from, count) -> {
          long end = Math.min(values, (long) (from + count) * GATED);
          long first = (long) from * GATED;
          long i =
              machine && MachineFloats.present() && ElementKernels.has(activation)
                  ? machine(activation, gate, up, out, first, end)
                  : VectorGates.whole(activation, limit, gate, up, out, first, end);
          for (; i < end; i++) {
            float g = ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, gate + 4 * i);
            float u = ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, up + 4 * i);
            float value =
                switch (activation) {
                  case SILU -> FloatMath.silu(g) * u;
                  case GELU -> FloatMath.gelu(g) * u;
                  case RELU -> FloatMath.relu(g) * u;
                  case RELU_SQUARED -> FloatMath.reluSquared(g) * u;
                  case GELU_ERF -> FloatMath.geluErf(g) * u;
                  case SILU_LIMITED -> FloatMath.siluLimited(g, u, limit);
                  case SWIGLU_OAI -> FloatMath.swigluOai(g, u, limit);
                  case LIMITED_SILU -> FloatMath.limitedSilu(g, u, limit);
                  case SIGMOID -> FloatMath.sigmoid(g) * u;
                  case TANH -> FloatMath.tanh(g) * u;
                  case SOFTPLUS -> FloatMath.softplus(g) * u;
                  case EXP -> FloatMath.exp(g) * u;
                  case IDENTITY -> g * u;
                };
            ALL.set(ValueLayout.JAVA_FLOAT_UNALIGNED, out + 4 * i, value);
          }
        });
  }

  /** By kernels in machine code; the first value after whole vectors. */
  private static long machine(
      Activation activation, long gate, long up, long out, long from, long end) {
    long count = (end - from) / ElementKernels.LANES * ElementKernels.LANES;
    long at = 4 * from;
    MachineFloats.elements().gate(activation, gate + at, up + at, out + at, count);
    return from + count;
  }
}
