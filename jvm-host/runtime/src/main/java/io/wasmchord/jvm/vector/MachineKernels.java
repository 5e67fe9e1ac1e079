package io.wasmchord.jvm.vector;

import io.wasmchord.jvm.machine.ActivationRecords;
import io.wasmchord.jvm.machine.ProductKernels;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.Partner;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The kernels in machine code, where they suit the width of vectors. A format's are made when they
 * are first wanted, and used if they give the scalar backend's bits ({@link MachineCheck}).
 */
final class MachineKernels {
  /** The property that leaves them out: {@code false}. */
  static final String PROPERTY = "chord.machineCode";

  private static final boolean PRESENT =
      !"false".equals(System.getProperty(PROPERTY))
          && Lanes.ROWS == ProductKernels.ROWS
          && ProductKernels.absence() == null;

  private static final Map<TensorType, Optional<ProductKernels>> KERNELS =
      new ConcurrentHashMap<>();

  private MachineKernels() {}

  /** Whether there are any. */
  static boolean present() {
    return PRESENT;
  }

  /** Room for what they read of activations, or null where they read none of this form. */
  static @Nullable ActivationRecords records(Partner format, int rows, int cols) {
    return PRESENT && ActivationRecords.has(format)
        ? ActivationRecords.allocate(format, rows, cols)
        : null;
  }

  /** A type's kernels, or null. */
  static @Nullable ProductKernels of(TensorType type, IntegerFormat format) {
    return PRESENT
        ? KERNELS.computeIfAbsent(type, t -> Optional.ofNullable(made(t, format))).orElse(null)
        : null;
  }

  private static @Nullable ProductKernels made(TensorType type, IntegerFormat format) {
    ProductKernels kernels = ProductKernels.of(format);
    return kernels != null && MachineCheck.passes(type, format, kernels) ? kernels : null;
  }
}
