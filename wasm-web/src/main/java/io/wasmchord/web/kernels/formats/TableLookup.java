package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.ValueTable;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * Looks bytes up in a format's table. A relaxed swizzle is one instruction, a plain one two: it
 * also says what indices beyond 15 give, of which there are none.
 *
 * @param relaxed whether there is relaxed SIMD
 */
record TableLookup(boolean relaxed) {
  private static final int LANES = 16;

  /** The values of 16 indices, as they are. */
  V128 of(ValueTable table, V128 indices) {
    return of(table, 0, indices);
  }

  /**
   * The values of 16 indices.
   *
   * @param bias what is added to each
   * @param table of at most 16 values
   * @param indices a byte each, less than the table's size
   */
  V128 of(ValueTable table, int bias, V128 indices) {
    int[] values = new int[LANES];
    for (int i = 0; i < table.size(); i++) {
      values[i] = table.value(i) + bias;
    }
    Opcode swizzle = relaxed ? Opcode.I8X16_RELAXED_SWIZZLE : Opcode.I8X16_SWIZZLE;
    return V128.of(swizzle, V128.bytes(values), indices);
  }
}
