package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Width.ALL;
import static io.wasmchord.jvm.vector.Width.ROWS;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.ScaledFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;

/**
 * Values as fields of one or two bits in words of 32, a lane for each row, as machine code takes
 * them apart: the lowest bits of a word's four bytes are four values, the next ones four more. IQ1
 * has bytes of integer scales before them, and a word with a bit for every eight values, set where
 * they are moved up.
 */
final class FieldForm extends Recoding {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int EIGHTS = 32;

  private final int groups; // with a scale
  private final IntUnaryOperator field;

  private FieldForm(IntegerFormat format, int bits, int groups, IntUnaryOperator field) {
    super(format, bits, groups == 0 ? 0 : groups / 4 + 1);
    this.groups = groups;
    this.field = field;
  }

  /** Values from -1 on; of one bit -1 or 1. */
  static FieldForm of(IntegerFormat format, int bits) {
    return new FieldForm(format, bits, 0, bits == 1 ? v -> (v + 1) >> 1 : v -> v + 1);
  }

  /** Values that are eight times -1, 0 or 1, and moved by 1. */
  static FieldForm moved(ScaledFormat format) {
    return new FieldForm(format, 2, 256 / format.group(), v -> ((v + 4) >> 3) + 1);
  }

  @Override
  void scales(UnpackedBlock block, int row, long to) {
    if (groups == 0) {
      return;
    }
    for (int four = 0; four < groups / 4; four++) {
      int word = 0;
      for (int g = 3; g >= 0; g--) {
        word = (word << 8) | (block.scale()[4 * four + g] & 0xFF);
      }
      ALL.set(INT, to + 4L * (ROWS * four + row), word);
    }
    int ups = 0;
    for (int eight = EIGHTS - 1; eight >= 0; eight--) {
      ups = (ups << 1) | ((block.q()[8 * eight] & 7) == 1 ? 1 : 0);
    }
    ALL.set(INT, to + 4L * (ROWS * (groups / 4) + row), ups);
  }

  @Override
  void fields(byte[] q, int from, int row, long to) {
    int inByte = 8 / bits();
    for (int w = 0; w < values() * bits() / 32; w++) {
      int first = from + w * 4 * inByte;
      int word = 0;
      for (int j = inByte - 1; j >= 0; j--) {
        int four = 0;
        for (int i = 3; i >= 0; i--) {
          four = (four << 8) | field.applyAsInt(q[first + 4 * j + i]);
        }
        word = (word << bits()) | four;
      }
      ALL.set(INT, to + 4L * (ROWS * w + row), word);
    }
  }
}
