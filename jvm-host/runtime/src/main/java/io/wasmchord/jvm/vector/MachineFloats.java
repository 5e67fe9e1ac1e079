package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ROWS;
import static java.util.Objects.requireNonNull;

import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.jvm.machine.AttentionKernels;
import io.wasmchord.jvm.machine.ElementKernels;
import io.wasmchord.jvm.machine.FloatKernels;
import io.wasmchord.jvm.machine.RowKernels;
import io.wasmchord.jvm.machine.Variant;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of floats in machine code. A format's are made when they are first wanted, and used
 * if they give the bits of a plain loop.
 */
final class MachineFloats {
  private static final boolean PRESENT =
      MachineKernels.variant() != null && FunctionCheck.passes(elements(), rows());
  private static final Map<FloatFormat, Optional<FloatKernels>> KERNELS = new ConcurrentHashMap<>();

  private static final Map<Heads, AttentionKernels> ATTENTION = new ConcurrentHashMap<>();

  private MachineFloats() {}

  /** Whether there are any. */
  static boolean present() {
    return PRESENT;
  }

  /** What is done with every value. */
  static ElementKernels elements() {
    return Elements.KERNELS;
  }

  /** Sums and products of rows. */
  static RowKernels rows() {
    return Elements.ROWS;
  }

  private static final class Elements {
    private static final ElementKernels KERNELS = new ElementKernels(variant());
    private static final RowKernels ROWS = new RowKernels(variant());
  }

  private static Variant variant() {
    return requireNonNull(MachineKernels.variant());
  }

  /** Whether there are kernels for weights of a type that are packed. */
  static boolean has(TensorType type, FloatFormat format) {
    return of(type, format) != null;
  }

  /** The kernels for a weight, or null. */
  static @Nullable FloatKernels of(WeightRows weight) {
    return weight.packed() != 0
            && WeightFormat.of(weight.type().format()) instanceof FloatFormat format
        ? of(weight.type(), format)
        : null;
  }

  private static @Nullable FloatKernels of(TensorType type, FloatFormat format) {
    return PRESENT ? KERNELS.computeIfAbsent(format, f -> made(type, f)).orElse(null) : null;
  }

  private static Optional<FloatKernels> made(TensorType type, FloatFormat format) {
    FloatKernels kernels = FloatKernels.ofWeights(format, variant());
    return passes(kernels, type, format) ? Optional.of(kernels) : Optional.empty();
  }

  /** The kernels for attention to heads in a cache of a type. */
  static AttentionKernels of(KvType type, KvSpec.Heads heads) {
    AttentionKernels.Stored stored =
        switch (type) {
          case F32 -> AttentionKernels.Stored.SINGLES;
          case F16 -> AttentionKernels.Stored.HALVES;
          case Q8_0 -> AttentionKernels.Stored.QUANTS;
        };
    return ATTENTION.computeIfAbsent(
        new Heads(stored, heads.keyDim(), heads.valueDim()),
        h -> AttentionKernels.of(variant(), h.stored, h.keyDim, h.valueDim));
  }

  private record Heads(AttentionKernels.Stored stored, int keyDim, int valueDim) {}

  /** Whether kernels for each number of rows give the bits of a loop over a few columns. */
  private static boolean passes(FloatKernels kernels, TensorType type, FloatFormat format) {
    int cols = 5;
    Random random = new Random(cols);
    byte[] file = new byte[ROWS * cols * format.bytes()];
    float[] w = new float[ROWS * cols];
    for (int i = 0; i < w.length; i++) {
      format.encoder().orElseThrow().encode(gaussians(random, 1), 0, file, i * format.bytes());
      format.decoder().orElseThrow().decode(file, i * format.bytes(), w, i);
    }
    float[] x = gaussians(random, kernels.mostRows() * cols);
    float[] bias = gaussians(random, ROWS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stored = arena.allocateFrom(ValueLayout.JAVA_BYTE, file);
      MemorySegment packed = arena.allocate(WeightRows.packedBytes(type, ROWS, cols), 64);
      WeightRows rows = WeightRows.of(type, ROWS, cols, stored.address(), packed.address());
      rows.pack(0);
      long in = arena.allocateFrom(ValueLayout.JAVA_FLOAT, x).address();
      long added = arena.allocateFrom(ValueLayout.JAVA_FLOAT, bias).address();
      MemorySegment out = arena.allocate(4L * ROWS * kernels.mostRows(), 64);
      for (int n = 1; n <= kernels.mostRows(); n++) {
        out.fill((byte) -1);
        FloatKernels.Tile tile = new FloatKernels.Tile(in, 4L * cols, out.address(), 4L * ROWS, n);
        kernels.run(packed.address(), tile, cols, added);
        for (int i = 0; i < n * ROWS; i++) {
          float sum = 0f;
          for (int k = 0; k < cols; k++) {
            sum = sum + w[i % ROWS * cols + k] * x[i / ROWS * cols + k];
          }
          sum = sum + bias[i % ROWS];
          float got = out.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          if (Float.floatToRawIntBits(got) != Float.floatToRawIntBits(sum)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  private static float[] gaussians(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
