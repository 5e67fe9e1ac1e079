package io.wasmchord.jvm.vector;

import io.wasmchord.jvm.machine.ProductKernels;
import io.wasmchord.quant.format.IntegerFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The kernels in machine code, where they suit the width of vectors; made when first wanted. */
final class MachineKernels {
  /** The property that leaves them out: {@code false}. */
  static final String PROPERTY = "chord.machineCode";

  private static final boolean PRESENT =
      !"false".equals(System.getProperty(PROPERTY))
          && Lanes.ROWS == ProductKernels.ROWS
          && ProductKernels.absence() == null;

  private static final Map<Class<? extends IntegerFormat>, Optional<ProductKernels>> KERNELS =
      new ConcurrentHashMap<>();

  private MachineKernels() {}

  /** Whether there are any. */
  static boolean present() {
    return PRESENT;
  }

  /** A format's kernels, or null. */
  static @Nullable ProductKernels of(IntegerFormat format) {
    return PRESENT
        ? KERNELS
            .computeIfAbsent(
                format.getClass(), f -> Optional.ofNullable(ProductKernels.of(format)))
            .orElse(null)
        : null;
  }
}
