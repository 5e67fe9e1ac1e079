package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Activation;
import io.wasmchord.jvm.machine.AttentionKernels;
import io.wasmchord.jvm.machine.ElementKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Compares functions in machine code with {@link FloatMath}'s, before they are used. */
final class FunctionCheck {
  private static final int N = 64;

  private FunctionCheck() {}

  /** Whether they give the same bits. */
  static boolean passes(ElementKernels kernels) {
    for (Activation activation : Activation.values()) {
      if (ElementKernels.has(activation) && !passes(kernels, activation)) {
        return false;
      }
    }
    return softmaxPasses();
  }

  private static float[] values() {
    float[] x = new float[N];
    for (int i = 0; i < N; i++) {
      x[i] = (i - N / 2) * 0.37f;
    }
    x[0] = Float.NEGATIVE_INFINITY;
    x[1] = -1000f;
    return x;
  }

  private static boolean passes(ElementKernels kernels, Activation activation) {
    float[] x = values();
    float[] wanted = new float[N];
    for (int i = 0; i < N; i++) {
      wanted[i] = ElementSteps.activated(activation, x[i]);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x);
      kernels.activate(activation, memory.address(), N);
      return same(memory, wanted);
    }
  }

  private static boolean softmaxPasses() {
    float[] x = values();
    float max = x[N - 1];
    float[] lanes = new float[StridedSums.COUNT];
    for (int i = 0; i < N; i++) {
      x[i] = FloatMath.exp(x[i] - max);
      lanes[i % lanes.length] = lanes[i % lanes.length] + x[i];
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values());
      MemorySegment results =
          arena.allocateFrom(ValueLayout.JAVA_FLOAT, Float.NEGATIVE_INFINITY, 0f);
      int runs = N / AttentionKernels.LANES;
      AttentionKernels.softmax(memory.address(), 4L * N, 1, runs, results.address());
      return same(memory, x) && same(results, new float[] {max, StridedSums.fold(lanes)});
    }
  }

  private static boolean same(MemorySegment memory, float[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      float got = memory.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      if (Float.floatToIntBits(got) != Float.floatToIntBits(wanted[i])) {
        return false;
      }
    }
    return true;
  }
}
