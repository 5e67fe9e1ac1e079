package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.Grid;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/** IQ2 and IQ3: a grid of magnitudes; bit i of a byte is the sign of value i of eight. */
abstract class SignedGridCode extends GridCode {
  /**
   * @param largest magnitude, which makes quants that are not negative
   */
  SignedGridCode(ScaledFormat format, Grid grid, int largest) {
    super(format, grid, largest, 0);
  }

  @Override
  public final boolean magnitudes() {
    return true;
  }

  @Override
  final void give(Code c, Sink sink, int word, V128 values, V128 eight, int half) {
    int low = half == 0 ? 1 : 16;
    V128 bits = each(low, 2 * low, 4 * low, 8 * low);
    V128.Local negative = c.v128(V128.of(Opcode.I8X16_EQ, eight.and(bits), bits));
    sink.signed(word, values, negative, bias());
  }

  /** Bytes of seven signs with the eighth, which makes their number even. */
  static V128 even(V128.Local sevens) {
    V128 odd = V128.of(Opcode.I8X16_POPCNT, sevens).and(V128.i8x16(1));
    return sevens.or(odd.i16x8Shl(7));
  }
}
