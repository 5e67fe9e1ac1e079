package io.wasmchord.jvm.vector;

import io.wasmchord.jvm.machine.ActivationRecords;
import io.wasmchord.jvm.machine.ProductKernels;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** The product of a quantized weight by kernels in machine code. */
final class MachineProduct extends Product {
  private final ProductKernels kernels;
  private final ActivationRecords records;

  private MachineProduct(
      ProductKernels kernels,
      ActivationRecords records,
      WeightRows weight,
      Activations x,
      Target target) {
    super(weight, x, target);
    this.kernels = kernels;
    this.records = records;
  }

  /** Whether there are kernels for a weight. */
  static boolean has(WeightRows weight) {
    return weight.packed() != 0
        && WeightFormat.of(weight.type().format()) instanceof IntegerFormat format
        && MachineKernels.of(weight.type(), format) != null;
  }

  /** The product, or null where there are no kernels for it. */
  static @Nullable Product of(WeightRows weight, Activations x, Target target) {
    if (x.records() == null
        || weight.packed() == 0
        || !(WeightFormat.of(weight.type().format()) instanceof IntegerFormat format)) {
      return null;
    }
    ProductKernels kernels = MachineKernels.of(weight.type(), format);
    return kernels == null ? null : new MachineProduct(kernels, x.records(), weight, x, target);
  }

  @Override
  void accumulate(int group, float[] acc, KernelScratch s) {
    long address = weight.blocks(group, 0, weight.blocks(), s);
    int tile;
    for (int t = 0; t < tokens; t += tile) {
      tile = kernels.tile(tokens - t);
      kernels.run(address, records, x.first() + t, tile, weight.blocks(), s.interleaved);
      MemorySegment.copy(
          Width.ALL, ValueLayout.JAVA_FLOAT, s.interleaved, acc, t * Width.ROWS, tile * Width.ROWS);
    }
  }
}
