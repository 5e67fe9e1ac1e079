package io.wasmchord.jvm.vector;

import io.wasmchord.jvm.machine.ActivationRecords;
import io.wasmchord.jvm.machine.PackingKernel;
import io.wasmchord.jvm.machine.ProductKernels;
import io.wasmchord.jvm.machine.Variant;
import io.wasmchord.quant.BlockLayout;
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
  private static final @Nullable Variant VARIANT = MachineChoice.ofRows(Width.ROWS);

  private static final Map<TensorType, Optional<ProductKernels>> KERNELS =
      new ConcurrentHashMap<>();

  private static final Map<String, Optional<PackingKernel>> PACKING = new ConcurrentHashMap<>();

  private MachineKernels() {}

  /** What interleaves a format's blocks, or null. */
  static @Nullable PackingKernel packing(IntegerFormat format, BlockLayout layout, int[] order) {
    return VARIANT == null
        ? null
        : PACKING
            .computeIfAbsent(
                format.toString(),
                f -> Optional.ofNullable(PackingKernel.of(layout, order, Width.ROWS)))
            .orElse(null);
  }

  /** Which there are, or null. */
  static @Nullable Variant variant() {
    return VARIANT;
  }

  /** Room for what they read of activations, or null where they read none of this form. */
  static @Nullable ActivationRecords records(Partner format, int rows, int cols) {
    return VARIANT != null && ActivationRecords.has(format)
        ? ActivationRecords.allocate(format, rows, cols)
        : null;
  }

  /** A type's kernels, or null. */
  static @Nullable ProductKernels of(TensorType type, IntegerFormat format) {
    return VARIANT == null
        ? null
        : KERNELS
            .computeIfAbsent(type, t -> Optional.ofNullable(made(t, format, VARIANT)))
            .orElse(null);
  }

  private static @Nullable ProductKernels made(
      TensorType type, IntegerFormat format, Variant variant) {
    ProductKernels kernels = ProductKernels.of(format, variant);
    return kernels != null && MachineCheck.passes(type, format, kernels) ? kernels : null;
  }
}
