package io.wasmchord.jvm.vector;

import io.wasmchord.jvm.machine.GridTable;
import io.wasmchord.quant.format.IQ1_M;
import io.wasmchord.quant.format.IQ1_S;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
import io.wasmchord.quant.format.TQ1_0;
import io.wasmchord.quant.format.TQ2_0;
import io.wasmchord.quant.format.ValueTable;
import java.util.Optional;

/** How blocks lie where kernels in machine code read them. */
final class MachineForms {
  private MachineForms() {}

  /** The form of a format that has such kernels. */
  static BlockForm of(IntegerFormat format) {
    Optional<ValueTable> grid = GridTable.of(format);
    if (grid.isPresent()) {
      return new NibbleForm(format, true, grid.get());
    }
    return switch (format) {
      case NVFP4 f -> new NibbleForm(f, false, MXFP4.TABLE);
      case Q1_0 f -> FieldForm.of(f, 1);
      case Q2_0 f -> FieldForm.of(f, 2);
      case TQ1_0 f -> FieldForm.of(f, 2);
      case TQ2_0 f -> FieldForm.of(f, 2);
      case IQ1_S f -> FieldForm.moved(f);
      case IQ1_M f -> FieldForm.moved(f);
      default -> Interleaving.of(format);
    };
  }
}
