package io.wasmchord.web.kernels.products;

import io.wasmchord.quant.format.Partner;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.formats.BlockCode;

/** From bytes to 16 bits, and how long 16 bits last. */
public final class Widen {
  private Widen() {}

  /** How many products of bytes a 16-bit sum holds: each adds two of them. */
  public static int steps(BlockCode block) {
    return Short.MAX_VALUE / (2 * Partner.LARGEST * block.largestQuant());
  }

  /** The same of products of magnitudes. */
  public static int magnitudeSteps(BlockCode block) {
    return Short.MAX_VALUE / (2 * Partner.LARGEST * block.bias());
  }

  /** Rows 0 and 1, four values each. */
  static V128 low(BlockCode block, V128 quants) {
    return V128.of(
        block.largestQuant() > 0
            ? Opcode.I16X8_EXTEND_LOW_I8X16_U
            : Opcode.I16X8_EXTEND_LOW_I8X16_S,
        quants);
  }

  /** Rows 2 and 3, four values each. */
  static V128 high(BlockCode block, V128 quants) {
    return V128.of(
        block.largestQuant() > 0
            ? Opcode.I16X8_EXTEND_HIGH_I8X16_U
            : Opcode.I16X8_EXTEND_HIGH_I8X16_S,
        quants);
  }
}
