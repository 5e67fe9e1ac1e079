package io.wasmchord.jvm.machine;

/** As {@link SixBitScalesWriter}, of 256-bit registers. */
final class YmmSixBitScalesWriter extends YmmSuperblockWriter {
  private static final int SCALE_WORDS = 3;
  private static final int FIFTH_WORDS = 8;
  private static final int GROUP_WORDS = 8;

  private final boolean fifths;
  private final Constants.Constant sixes = a.lanes(0x3F3F3F3F);
  private final Constants.Constant uppers = a.lanes(0x30303030);
  private final Constants.Constant fifthBits = a.lanes(0x10101010);

  YmmSixBitScalesWriter(int tokens, boolean vnni, int blockBytes, boolean fifths) {
    super(tokens, vnni, 2, blockBytes, fifths ? 4 : 8);
    this.fifths = fifths;
  }

  @Override
  void scales(int vector) {
    load(QUANTS, 0, vector);
    a.op(Op.VPANDD, LOW, QUANTS, sixes);
    a.op(Op.VMOVUPS_STORE, LOW, slot(0, vector));
    load(LOW, 2, vector);
    a.op(Op.VPANDD, LOW, LOW, fifteens);
    a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 2);
    merge(LOW, QUANTS, uppers);
    a.op(Op.VMOVUPS_STORE, LOW, slot(1, vector));
  }

  @Override
  void products() {
    for (int h = 0; h < 4; h++) {
      for (int w = 0; w < GROUP_WORDS; w++) {
        for (int vector = 0; vector < vectors(); vector++) {
          quants(h, w, vector);
          multiply(0, vector, LOW, 64 * h + 4 * w, w);
          multiply(1, vector, QUANTS, 64 * h + 32 + 4 * w, w);
          if (full(w + 1, GROUP_WORDS)) {
            scaled(0, vector, slot(h / 2, vector), 2 * h % 4, false);
            scaled(1, vector, slot(h / 2, vector), 2 * h % 4 + 1, false);
          }
        }
      }
    }
  }

  /** The low quants of a word and, where the word was, the high ones. */
  private void quants(int h, int w, int vector) {
    load(QUANTS, SCALE_WORDS + (fifths ? FIFTH_WORDS : 0) + GROUP_WORDS * h + w, vector);
    a.op(Op.VPANDD, LOW, QUANTS, fifteens);
    a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 4);
    a.op(Op.VPANDD, QUANTS, QUANTS, fifteens);
    if (fifths) {
      fifth(LOW, w, vector, 2 * h);
      fifth(QUANTS, w, vector, 2 * h + 1);
    }
  }

  /** Adds bit {@code bit} of each byte of the fifths as the fifth one. */
  private void fifth(Ymm dst, int w, int vector, int bit) {
    reload(ITEM, SCALE_WORDS + w, vector);
    if (bit < 4) {
      a.shift(Op.Shift.VPSLLD, ITEM, ITEM, 4 - bit);
    } else if (bit > 4) {
      a.shift(Op.Shift.VPSRLD, ITEM, ITEM, bit - 4);
    }
    merge(dst, ITEM, fifthBits);
  }

  @Override
  void results(int vector) {
    Ymm[] minimums = {new Ymm(0), new Ymm(1), new Ymm(2), new Ymm(3)};
    Ymm d = new Ymm(4);
    Ymm dMin = new Ymm(5);
    Ymm least = new Ymm(6);
    minimums(minimums, vector);
    floats(d, 0, vector);
    floats(dMin, 1, vector);
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      a.zero(least);
      for (int i = 0; i < 4; i++) {
        addWords(least, minimums[i], each(t, ActivationRecords.SUMS_32 + 4 * i));
      }
      a.op(Op.VCVTDQ2PS, least, least);
      a.op(Op.VMULPS, least, dMin, least);
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, sum, d, sum);
      a.op(Op.VSUBPS, sum, sum, least);
      add(t, sum, vector);
    }
  }

  /** The minimums of groups 0 and 2, 1 and 3, 4 and 6, 5 and 7, as 16-bit words. */
  private void minimums(Ymm[] dst, int vector) {
    reload(QUANTS, 1, vector);
    a.op(Op.VPANDD, LOW, QUANTS, sixes);
    words(LOW, dst[0], dst[1], false);
    reload(LOW, 2, vector);
    a.shift(Op.Shift.VPSRLD, LOW, LOW, 4);
    a.op(Op.VPANDD, LOW, LOW, fifteens);
    a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 2);
    merge(LOW, QUANTS, uppers);
    words(LOW, dst[2], dst[3], false);
  }
}
