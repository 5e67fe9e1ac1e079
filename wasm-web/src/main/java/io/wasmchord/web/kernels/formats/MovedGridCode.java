package io.wasmchord.web.kernels.formats;

import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.TernaryGrid;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * IQ1: a ternary grid, whose values are moved by 1 down or up. In the table they are 0 or more, as
 * if all were moved down; a byte for every eight is 0, or the 2 by which they are moved up.
 */
abstract class MovedGridCode extends GridCode {
  private static final int HIGH = 8;
  private static final int LARGEST = 8;

  MovedGridCode(ScaledFormat format) {
    super(format, TernaryGrid.GRID, LARGEST + 1, LARGEST);
  }

  @Override
  void give(Code c, Sink sink, int word, V128 values, V128 eight, int half) {
    sink.word(word, V128.of(Opcode.I8X16_ADD, values, eight));
  }

  /** The 16 bits of a group that have more than the low bits of its indices, twice. */
  final V128 high(I32 block, int group) {
    return spreadHalf(word(block, HIGH + group / 2), group % 2);
  }
}
