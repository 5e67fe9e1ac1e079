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
 * has bytes of integer scales before them, which say of groups of 32 by their signs whether values
 * are moved up. Of groups of 16 a word follows with a bit for every eight values, set where they
 * are moved up.
 */
final class FieldForm extends Recoding {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int EIGHTS = 32;

  private final int scaleWords;
  private final boolean directions;
  private final IntUnaryOperator field;

  private FieldForm(
      IntegerFormat format, int bits, int groups, boolean directions, IntUnaryOperator field) {
    super(format, bits, groups / 4 + (directions ? 1 : 0));
    this.scaleWords = groups / 4;
    this.directions = directions;
    this.field = field;
  }

  /** Values from -1 on; of one bit -1 or 1. */
  static FieldForm of(IntegerFormat format, int bits) {
    return new FieldForm(format, bits, 0, false, bits == 1 ? v -> (v + 1) >> 1 : v -> v + 1);
  }

  /** Values that are eight times -1, 0 or 1, and moved by 1. */
  static FieldForm moved(ScaledFormat format) {
    int groups = 256 / format.group();
    return new FieldForm(format, 2, groups, groups == 16, v -> ((v + 4) >> 3) + 1);
  }

  @Override
  void scales(UnpackedBlock block, int row, long to) {
    for (int four = 0; four < scaleWords; four++) {
      int word = 0;
      for (int g = 4 * four + 3; g >= 4 * four; g--) {
        int scale = block.scale()[g];
        boolean down = !directions && !up(block.q()[32 * g]);
        word = (word << 8) | ((down ? -scale : scale) & 0xFF);
      }
      ALL.set(INT, to + 4L * (ROWS * four + row), word);
    }
    if (directions) {
      int ups = 0;
      for (int eight = EIGHTS - 1; eight >= 0; eight--) {
        ups = (ups << 1) | (up(block.q()[8 * eight]) ? 1 : 0);
      }
      ALL.set(INT, to + 4L * (ROWS * scaleWords + row), ups);
    }
  }

  private static boolean up(byte value) {
    return (value & 7) == 1; // 8 t + 1
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
