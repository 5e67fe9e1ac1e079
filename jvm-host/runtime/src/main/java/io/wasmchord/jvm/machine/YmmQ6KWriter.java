package io.wasmchord.jvm.machine;

/** As {@link Q6KWriter}, of 256-bit registers. */
final class YmmQ6KWriter extends YmmSuperblockWriter {
  private static final int SCALE_WORDS = 4;
  private static final int BIAS_BITS = 5;
  private static final int GROUP_WORDS = 4;

  private final Constants.Constant uppers = a.lanes(0x30303030);

  YmmQ6KWriter(int tokens, boolean vnni, int blockBytes) {
    super(tokens, vnni, 1, blockBytes, 2);
  }

  /** They are read where they stand. */
  @Override
  void scales(int vector) {}

  @Override
  void products() {
    for (int h = 0; h < 2; h++) {
      for (int second = 0; second < 2; second++) {
        for (int i = 0; i < 8; i++) {
          for (int vector = 0; vector < vectors(); vector++) {
            word(8 * h + i, second, vector);
            int column = 128 * h + 32 * second + 4 * i;
            int word = i % GROUP_WORDS;
            multiply(0, vector, LOW, column, word);
            multiply(1, vector, QUANTS, column + 64, word);
            if (full(word + 1, GROUP_WORDS)) {
              int group = 8 * h + 2 * second + i / GROUP_WORDS;
              scaled(0, vector, word(group / 4, vector), group % 4, true);
              scaled(1, vector, word(group / 4 + 1, vector), group % 4, true);
            }
          }
        }
      }
    }
  }

  /** Quants of the first or second nibbles of a triple: low ones, and the high ones after them. */
  private void word(int triple, int second, int vector) {
    int at = SCALE_WORDS + 3 * triple;
    load(QUANTS, at + 1 + second, vector);
    a.op(Op.VPANDD, LOW, QUANTS, fifteens);
    load(ITEM, at, vector);
    a.shift(Op.Shift.VPSLLD, ITEM, ITEM, second == 0 ? 4 : 2);
    merge(LOW, ITEM, uppers);
    a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 4);
    a.op(Op.VPANDD, QUANTS, QUANTS, fifteens);
    reload(ITEM, at, vector);
    if (second == 1) {
      a.shift(Op.Shift.VPSRLD, ITEM, ITEM, 2);
    }
    merge(QUANTS, ITEM, uppers);
  }

  @Override
  void results(int vector) {
    Ymm[] scales = new Ymm[2 * SCALE_WORDS];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = new Ymm(i);
    }
    for (int i = 0; i < SCALE_WORDS; i++) {
      reload(QUANTS, i, vector);
      words(QUANTS, scales[2 * i], scales[2 * i + 1], true);
    }
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      Ymm more = LOW;
      a.zero(more);
      for (int i = 0; i < scales.length; i++) {
        addWords(more, scales[i], each(t, ActivationRecords.SUMS_16 + 4 * i));
      }
      a.shift(Op.Shift.VPSLLD, more, more, BIAS_BITS);
      a.op(Op.VPSUBD, sum, sum, more);
      a.op(Op.VCVTDQ2PS, sum, sum);
      floats(more, 0, vector);
      a.op(Op.VMULPS, sum, more, sum);
      add(t, sum, vector);
    }
  }
}
