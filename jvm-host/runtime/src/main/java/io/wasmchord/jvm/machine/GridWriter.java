package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * IQ2 and IQ3 as indices of four bits: sixteen scales, then 32 words of nibbles that are looked up,
 * of which word 4 g + w has columns 32 g + 4 w on below and those 16 on above.
 */
final class GridWriter extends RecodedWriter {
  static final int GROUPS = 16;
  static final int SCALE_WORDS = scaleWords(GROUPS);
  static final int WORDS = 32;
  static final int BIAS_BITS = 7;

  private final byte[] table;
  private final boolean shared;

  /**
   * @param table the values
   * @param shared whether two groups always have the same scale
   */
  GridWriter(int tokens, byte[] table, boolean shared) {
    super(tokens, SCALE_WORDS, WORDS);
    this.table = BlockQuants.above(table);
    this.shared = shared;
  }

  @Override
  void begin() {
    table(MASK, table);
  }

  @Override
  void bias(int token, Zmm sum, Zmm sums) {
    a.shift(Op.Shift.VPSLLD, sums, sums, BIAS_BITS);
    a.op(Op.VPSUBD, sum, sum, sums);
  }

  @Override
  void products(List<Integer> vectors) {
    int second = shared ? 0 : 1;
    for (int g = 0; g < GROUPS; g += 2) {
      clear(second + 1, vectors);
      for (int w = 0; w < 4; w++) {
        for (int vector : vectors) {
          load(QUANTS, SCALE_WORDS + 2 * g + w, vector);
          a.op(Op.VPANDD, LOW, QUANTS, MASK_15);
          a.op(Op.VPSHUFB, LOW, MASK, LOW);
          multiply(0, vector, LOW, 16 * g + 4 * w);
          a.shift(Op.Shift.VPSRLD, HIGH, QUANTS, 4);
          a.op(Op.VPANDD, HIGH, HIGH, MASK_15);
          a.op(Op.VPSHUFB, HIGH, MASK, HIGH);
          multiply(second, vector, HIGH, 16 * g + 16 + 4 * w);
        }
      }
      for (int vector : vectors) {
        for (int which = 0; which <= second; which++) {
          addGroup(which, vector, g + which);
        }
      }
    }
  }
}
