package io.wasmchord.jvm.vector;

import io.wasmchord.backend.Activation;
import io.wasmchord.jvm.machine.ElementKernels;
import io.wasmchord.jvm.machine.RowKernels;
import io.wasmchord.math.FloatMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Compares functions in machine code with {@link FloatMath}'s, before they are used. */
final class FunctionCheck {
  private static final int N = 64;

  private FunctionCheck() {}

  /** Whether they give the same bits. */
  static boolean passes(ElementKernels kernels, RowKernels rows) {
    for (Activation activation : Activation.values()) {
      if (ElementKernels.has(activation) && !passes(kernels, activation)) {
        return false;
      }
    }
    return softmaxPasses(rows) && rowsPass(rows);
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

  private static boolean softmaxPasses(RowKernels kernels) {
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
      int runs = N / RowKernels.LANES;
      kernels.softmax(memory.address(), 4L * N, 1, runs, results.address());
      return same(memory, x) && same(results, new float[] {max, StridedSums.fold(lanes)});
    }
  }

  /** A row less a value, scaled, times a factor and doubled; then its sum, and that of squares. */
  private static boolean rowsPass(RowKernels rows) {
    float[] x = values();
    x[0] = 3f; // a sum of infinities says little
    float[] wanted = new float[N];
    float[][] lanes = new float[2][StridedSums.COUNT];
    for (int i = 0; i < N; i++) {
      float scaled = (x[i] - 0.3f) * 0.3f * x[i] * 0.3f;
      wanted[i] = scaled + scaled;
      int lane = i % StridedSums.COUNT;
      lanes[0][lane] = lanes[0][lane] + wanted[i];
      lanes[1][lane] = lanes[1][lane] + wanted[i] * wanted[i];
    }
    try (Arena arena = Arena.ofConfined()) {
      long by = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x).address();
      MemorySegment out = arena.allocate(4L * N);
      long factor = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0.3f).address();
      MemorySegment sums = arena.allocate(8);
      rows.less(by, factor, out.address(), N);
      rows.scale(out.address(), factor, by, out.address(), N);
      rows.times(out.address(), factor, N);
      rows.add(out.address(), out.address(), out.address(), N);
      rows.sum(out.address(), sums.address(), N);
      rows.squares(out.address(), sums.address() + 4, N);
      float[] folded = {StridedSums.fold(lanes[0]), StridedSums.fold(lanes[1])};
      return same(out, wanted) && same(sums, folded);
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
