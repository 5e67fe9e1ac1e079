package io.wasmchord.jvm.machine;

/** As {@link LowBitsWriter}, of 256-bit registers. */
final class YmmLowBitsWriter extends YmmSuperblockWriter {
  private static final int GROUP_WORDS = LowBitsWriter.GROUP_WORDS;

  private final boolean thirds;
  private final Constants.Constant pair = a.lanes(0x03030303);
  private final Constants.Constant third = a.lanes(0x04040404);
  private final Constants.Constant uppers = a.lanes(0x30303030);
  private final Constants.Constant scaleBias = a.lanes(LowBitsWriter.SCALE_BIAS);

  YmmLowBitsWriter(int tokens, boolean vnni, int blockBytes, boolean thirds) {
    super(tokens, vnni, thirds ? 1 : 2, blockBytes, GROUP_WORDS);
    this.thirds = thirds;
  }

  @Override
  void scales(int vector) {
    int at = LowBitsWriter.THIRD_WORDS + LowBitsWriter.QUANT_WORDS;
    for (int four = 0; four < 4; four++) {
      load(LOW, thirds ? at + four % 2 : four, vector);
      if (thirds) {
        a.shift(Op.Shift.VPSRLD, LOW, LOW, 4 * (four / 2));
      }
      a.op(Op.VPANDD, LOW, LOW, fifteens);
      if (thirds) {
        load(ITEM, at + 2, vector);
        if (four < 2) {
          a.shift(Op.Shift.VPSLLD, ITEM, ITEM, 4 - 2 * four);
        } else {
          a.shift(Op.Shift.VPSRLD, ITEM, ITEM, 2 * four - 4);
        }
        merge(LOW, ITEM, uppers);
        a.op(Op.VPSUBB, LOW, LOW, scaleBias);
      }
      a.op(Op.VMOVUPS_STORE, LOW, slot(four, vector));
    }
  }

  @Override
  void products() {
    for (int h = 0; h < 2; h++) {
      for (int first = 0; first < 8; first += GROUP_WORDS) {
        for (int pairs = 0; pairs < 2; pairs++) {
          groups(h, first, pairs);
        }
      }
    }
  }

  private void groups(int h, int first, int pairs) {
    for (int i = 0; i < GROUP_WORDS; i++) {
      for (int vector = 0; vector < vectors(); vector++) {
        quants(h, first + i, pairs, vector);
        int column = 128 * h + 64 * pairs + 4 * (first + i);
        multiply(0, vector, LOW, column, i);
        multiply(1, vector, QUANTS, column + 32, i);
        if (full(i + 1, GROUP_WORDS)) {
          int index = first / GROUP_WORDS;
          scaled(0, vector, slot(2 * h + pairs, vector), index, thirds);
          scaled(1, vector, slot(2 * h + pairs, vector), index + 2, thirds);
        }
      }
    }
  }

  private void quants(int h, int w, int pairs, int vector) {
    int at = thirds ? LowBitsWriter.THIRD_WORDS : LowBitsWriter.SCALE_WORDS;
    load(QUANTS, at + 8 * h + w, vector);
    a.shift(Op.Shift.VPSRLD, LOW, QUANTS, 4 * pairs);
    a.op(Op.VPANDD, LOW, LOW, pair);
    a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 4 * pairs + 2);
    a.op(Op.VPANDD, QUANTS, QUANTS, pair);
    if (thirds) {
      third(LOW, w, vector, 4 * h + 2 * pairs);
      third(QUANTS, w, vector, 4 * h + 2 * pairs + 1);
    }
  }

  private void third(Ymm dst, int w, int vector, int bit) {
    load(ITEM, w, vector);
    if (bit <= 2) {
      a.shift(Op.Shift.VPSLLD, ITEM, ITEM, 2 - bit);
    } else {
      a.shift(Op.Shift.VPSRLD, ITEM, ITEM, bit - 2);
    }
    merge(dst, ITEM, third);
  }

  @Override
  void results(int vector) {
    Ymm more = QUANTS;
    Ymm[] pairs = new Ymm[8];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = new Ymm(i);
    }
    for (int i = 0; i < 4; i++) {
      if (thirds) {
        a.op(Op.VMOVUPS_LOAD, LOW, slot(i, vector));
      } else {
        reload(LOW, i, vector);
        a.shift(Op.Shift.VPSRLD, LOW, LOW, 4);
        a.op(Op.VPANDD, LOW, LOW, fifteens); // the minimums
      }
      words(LOW, pairs[2 * i], pairs[2 * i + 1], thirds);
    }
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      a.zero(more);
      for (int i = 0; i < pairs.length; i++) {
        addWords(more, pairs[i], each(t, ActivationRecords.SUMS_16 + 4 * i));
      }
      if (thirds) {
        a.shift(Op.Shift.VPSLLD, more, more, LowBitsWriter.BIAS_BITS);
        a.op(Op.VPSUBD, sum, sum, more);
      }
      a.op(Op.VCVTDQ2PS, sum, sum);
      floats(LOW, 0, vector);
      a.op(Op.VMULPS, sum, LOW, sum);
      if (!thirds) {
        a.op(Op.VCVTDQ2PS, more, more);
        floats(LOW, 1, vector);
        a.op(Op.VMULPS, more, LOW, more);
        a.op(Op.VSUBPS, sum, sum, more);
      }
      add(t, sum, vector);
    }
  }
}
