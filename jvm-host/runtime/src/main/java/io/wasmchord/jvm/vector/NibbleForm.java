package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import io.wasmchord.quant.format.ValueTable;
import java.lang.foreign.ValueLayout;

/**
 * Values as nibbles that index a table: 32 are four words, of which the low nibbles are 16 values
 * and the high ones the 16 after them, as {@link TableNibbles} reads them. Integer scales are
 * bytes, four in a word.
 */
final class NibbleForm extends Recoding {
  /** Values that share an integer scale. */
  static final int GROUP = 16;

  private static final int SCALE_WORDS = 256 / GROUP / 4;
  private static final int BITS = 4;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  private final int share; // groups with one of the format's scales
  private final boolean scaled;
  private final byte[] indices = new byte[256]; // by value

  /**
   * @param scaled whether there are integer scales
   */
  NibbleForm(IntegerFormat format, boolean scaled, ValueTable table) {
    super(format, BITS, scaled ? SCALE_WORDS : 0);
    this.scaled = scaled;
    this.share = format.group() / GROUP;
    for (int index = 0; index < 1 << BITS; index++) {
      indices[table.value(index) & 0xFF] = (byte) index;
    }
  }

  @Override
  void scales(UnpackedBlock block, int row, long to) {
    for (int four = 0; scaled && four < SCALE_WORDS; four++) {
      int word = 0;
      for (int g = 3; g >= 0; g--) {
        word = (word << 8) | (block.scale()[(4 * four + g) / share] & 0xFF);
      }
      ALL.set(INT, to + 4L * (ROWS * four + row), word);
    }
  }

  @Override
  void fields(byte[] q, int from, int row, long to) {
    for (int w = 0; w < values() * BITS / 32; w++) {
      int first = from + w / 4 * 32 + w % 4 * 4;
      int word = 0;
      for (int i = 3; i >= 0; i--) {
        int low = indices[q[first + i] & 0xFF];
        int high = indices[q[first + 16 + i] & 0xFF];
        word = (word << 8) | (high << 4) | low;
      }
      ALL.set(INT, to + 4L * (ROWS * w + row), word);
    }
  }
}
