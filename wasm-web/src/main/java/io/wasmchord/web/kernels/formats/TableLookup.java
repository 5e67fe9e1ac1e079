package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.ValueTable;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** Looks bytes up in a format's table. */
final class TableLookup {
  private static final int LANES = 16;

  private TableLookup() {}

  /** The values of 16 indices, as they are. */
  static V128 of(ValueTable table, V128 indices) {
    return of(table, 0, indices);
  }

  /**
   * The values of 16 indices.
   *
   * @param bias what is added to each
   * @param table of at most 16 values
   * @param indices a byte each, less than the table's size
   */
  static V128 of(ValueTable table, int bias, V128 indices) {
    int[] values = new int[LANES];
    for (int i = 0; i < table.size(); i++) {
      values[i] = table.value(i) + bias;
    }
    return V128.of(Opcode.I8X16_SWIZZLE, V128.bytes(values), indices);
  }
}
