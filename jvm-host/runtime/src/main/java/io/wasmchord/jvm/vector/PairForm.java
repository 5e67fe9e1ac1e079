package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.ROWS;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.UnpackedBlock;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;

/**
 * Values as fields of one or two bits, in the order of {@link Activations}' pairs from the lowest
 * bit of 16-bit words on, a lane for each row. So a nibble is two values, or four, and {@link
 * FewBits} looks up what they make of the activations.
 */
class PairForm extends Recoding {
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  private static final int WORD = 16;

  private final IntUnaryOperator field;

  /**
   * @param bits of a field
   * @param scaleWords words of integer scales
   * @param field by value
   */
  PairForm(IntegerFormat format, int bits, int scaleWords, IntUnaryOperator field) {
    super(format, bits, scaleWords);
    this.field = field;
  }

  @Override
  void scales(UnpackedBlock block, int row, long to) {}

  @Override
  final void fields(byte[] q, int from, int row, long to) {
    int inWord = WORD / bits();
    for (int w = 0; w < values() / inWord; w++) {
      int word = 0;
      for (int i = inWord - 1; i >= 0; i--) {
        word = (word << bits()) | field.applyAsInt(q[from + column(w * inWord + i)]);
      }
      ALL.set(SHORT, to + 2L * (ROWS * w + row), (short) word);
    }
  }

  /** The column of field {@code index}: of four columns 0 and 2, then 1 and 3. */
  private static int column(int index) {
    return index / 4 * 4 + index % 2 * 2 + index % 4 / 2;
  }
}
