package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.UnpackedBlock;

/**
 * IQ1's values are eight times -1, 0 or 1, moved by 1 down or up: a field of two bits each, and for
 * a group a byte, two in a 16-bit word. Its low nibble is the scale; bit {@code 4 + i} says that
 * eight i of the group is moved down, or of a group of 32 that all are.
 */
final class TernaryForm extends PairForm {
  private final int group;

  TernaryForm(ScaledFormat format) {
    super(format, 2, 256 / format.group() / 4, value -> ((value + 4) >> 3) + FewBits.BIAS);
    this.group = format.group();
  }

  @Override
  void scales(UnpackedBlock block, int row, long to) {
    for (int g = 0; g < 256 / group; g += 2) {
      int word = octet(block, g) | (octet(block, g + 1) << 8);
      ALL.set(SHORT, to + 2L * (ROWS * (g / 2) + row), (short) word);
    }
  }

  private int octet(UnpackedBlock block, int g) {
    int from = g * group;
    int down = down(block.q()[from]);
    if (group == 16) {
      down |= down(block.q()[from + 8]) << 1;
    }
    return block.scale()[g] | (down << 4);
  }

  private static int down(byte value) {
    return (value & 7) == 7 ? 1 : 0; // 8 t - 1
  }
}
