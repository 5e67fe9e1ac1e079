package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * Q2_K and Q3_K: sixteen groups of 16. Of word 8 h + w of the pairs of bits, pair j is columns 128
 * h + 32 j + 4 w on. Q2_K has four words of scales and minimums before them; Q3_K eight words of
 * third bits, whose bit 4 h + j belongs to pair j, and three words of six-bit scales behind. A
 * quant of Q3_K is 0 to 7 here, 4 more than it should be: what that adds comes off at the end.
 */
final class LowBitsWriter extends SuperblockWriter {
  static final int SCALE_WORDS = 4;
  static final int THIRD_WORDS = 8;
  static final int QUANT_WORDS = 16;
  static final int BIAS_BITS = 2;
  static final int SCALE_BIAS = 0x20202020;
  static final int GROUP_WORDS = 4;

  private static final Zmm PAIR = new Zmm(25);
  private static final Zmm THIRD = new Zmm(26);

  private final boolean thirds;

  LowBitsWriter(int tokens, int blockBytes, boolean thirds) {
    super(tokens, thirds ? 1 : 2, blockBytes);
    this.thirds = thirds;
  }

  /** Only masks: scales are made where they are used. */
  @Override
  void scales(int vector) {
    a.broadcast(PAIR, 0x03030303);
    if (thirds) {
      a.broadcast(THIRD, 0x04040404);
      a.broadcast(MASK, 0x30303030);
    }
  }

  @Override
  void products(List<Integer> vectors) {
    for (int h = 0; h < 2; h++) {
      for (int first = 0; first < 8; first += GROUP_WORDS) {
        for (int pairs = 0; pairs < 2; pairs++) {
          groups(h, first, pairs, vectors);
        }
      }
    }
  }

  /** Two groups: those of pairs of bits 2 * pairs and the one after it, of four words. */
  private void groups(int h, int first, int pairs, List<Integer> vectors) {
    clear(2, vectors);
    for (int w = first; w < first + GROUP_WORDS; w++) {
      for (int vector : vectors) {
        quants(h, w, pairs, vector);
        int column = 128 * h + 64 * pairs + 4 * w;
        multiply(0, vector, LOW, column);
        multiply(1, vector, HIGH, column + 32);
      }
    }
    for (int vector : vectors) {
      scaleWord(2 * h + pairs, vector);
      scaled(0, vector, QUANTS, first / GROUP_WORDS, thirds);
      scaled(1, vector, QUANTS, first / GROUP_WORDS + 2, thirds);
    }
  }

  private void quants(int h, int w, int pairs, int vector) {
    load(QUANTS, (thirds ? THIRD_WORDS : SCALE_WORDS) + 8 * h + w, vector);
    a.shift(Op.Shift.VPSRLD, LOW, QUANTS, 4 * pairs);
    a.op(Op.VPANDD, LOW, LOW, PAIR);
    a.shift(Op.Shift.VPSRLD, HIGH, QUANTS, 4 * pairs + 2);
    a.op(Op.VPANDD, HIGH, HIGH, PAIR);
    if (thirds) {
      load(SCALE, w, vector);
      third(LOW, 4 * h + 2 * pairs);
      third(HIGH, 4 * h + 2 * pairs + 1);
    }
  }

  private void third(Zmm dst, int bit) {
    if (bit <= 2) {
      a.shift(Op.Shift.VPSLLD, QUANTS, SCALE, 2 - bit);
    } else {
      a.shift(Op.Shift.VPSRLD, QUANTS, SCALE, bit - 2);
    }
    merge(dst, QUANTS, THIRD);
  }

  /** Puts the scales of four groups into {@link #QUANTS}. */
  private void scaleWord(int four, int vector) {
    if (!thirds) {
      load(QUANTS, four, vector);
      a.op(Op.VPANDD, QUANTS, QUANTS, MASK_15);
      return;
    }
    int at = THIRD_WORDS + QUANT_WORDS;
    load(QUANTS, at + four % 2, vector);
    a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 4 * (four / 2));
    a.op(Op.VPANDD, QUANTS, QUANTS, MASK_15);
    load(HIGH, at + 2, vector);
    if (four < 2) {
      a.shift(Op.Shift.VPSLLD, HIGH, HIGH, 4 - 2 * four);
    } else {
      a.shift(Op.Shift.VPSRLD, HIGH, HIGH, 2 * four - 4);
    }
    merge(QUANTS, HIGH, MASK);
    a.broadcast(HIGH, SCALE_BIAS);
    a.op(Op.VPSUBB, QUANTS, QUANTS, HIGH);
  }

  @Override
  void results(int vector) {
    Zmm d = new Zmm(8);
    Zmm dMin = new Zmm(9);
    Zmm more = new Zmm(10);
    for (int i = 0; i < 4; i++) {
      if (thirds) {
        scaleWord(i, vector);
      } else {
        reload(QUANTS, i, vector);
        a.shift(Op.Shift.VPSRLD, QUANTS, QUANTS, 4);
        a.op(Op.VPANDD, QUANTS, QUANTS, MASK_15); // the minimums
      }
      words(QUANTS, new Zmm(2 * i), new Zmm(2 * i + 1), thirds);
    }
    halves(d, 0, vector);
    if (!thirds) {
      halves(dMin, 1, vector);
    }
    for (int t = 0; t < tokens; t++) {
      Zmm sum = sum(vector, t);
      a.zero(more);
      for (int i = 0; i < 8; i++) {
        a.each(Op.VPDPWSSD, more, new Zmm(i), x(t, ActivationRecords.SUMS_16 + 4 * i));
      }
      if (thirds) {
        a.shift(Op.Shift.VPSLLD, more, more, BIAS_BITS);
        a.op(Op.VPSUBD, sum, sum, more);
      }
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, sum, d, sum);
      if (!thirds) {
        a.op(Op.VCVTDQ2PS, more, more);
        a.op(Op.VMULPS, more, dMin, more);
        a.op(Op.VSUBPS, sum, sum, more);
      }
      add(t, sum, vector);
    }
  }
}
