package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * Q6_K: four words of signed scales of 16 groups of 16; then sixteen times a word of high pairs of
 * bits and the two words of low nibbles that they belong to. Of triple 8 h + u the bytes of the
 * first nibbles are columns 128 h + 4 u on and those 64 on, the second ones the 32 after each. A
 * quant is 0 to 63 here, 32 more than it should be: what that adds comes off at the end.
 */
final class Q6KWriter extends SuperblockWriter {
  private static final int SCALE_WORDS = 4;
  private static final int BIAS_BITS = 5;

  Q6KWriter(int tokens, int blockBytes) {
    super(tokens, 1, blockBytes);
  }

  @Override
  void scales(int vector) {
    a.broadcast(MASK, 0x30303030);
  }

  /** First and second nibbles together where there are registers for their sums. */
  @Override
  void products(List<Integer> vectors) {
    List<List<Integer>> nibbles = joint ? List.of(List.of(0, 1)) : List.of(List.of(0), List.of(1));
    for (int h = 0; h < 2; h++) {
      for (List<Integer> seconds : nibbles) {
        for (int u = 0; u < 8; u += 4) {
          groups(h, u, seconds, vectors);
        }
      }
    }
  }

  private void groups(int h, int u, List<Integer> seconds, List<Integer> vectors) {
    clear(2 * seconds.size(), vectors);
    for (int i = u; i < u + 4; i++) {
      for (int vector : vectors) {
        for (int second : seconds) {
          word(8 * h + i, second, vector);
          int column = 128 * h + 32 * second + 4 * i;
          int which = joint ? 2 * second : 0;
          multiply(which, vector, LOW, column);
          multiply(which + 1, vector, HIGH, column + 64);
        }
      }
    }
    for (int vector : vectors) {
      for (int second : seconds) {
        int group = 8 * h + 2 * second + u / 4;
        int which = joint ? 2 * second : 0;
        reload(QUANTS, group / 4, vector);
        scaled(which, vector, QUANTS, group % 4, true);
        reload(QUANTS, group / 4 + 1, vector);
        scaled(which + 1, vector, QUANTS, group % 4, true);
      }
    }
  }

  /** Quants of the first or second nibbles of a triple. */
  private void word(int triple, int second, int vector) {
    int at = SCALE_WORDS + 3 * triple;
    load(QUANTS, at + 1 + second, vector);
    if (second == 0) {
      load(SCALE, at, vector);
    } else {
      reload(SCALE, at, vector);
    }
    a.op(Op.VPANDD, LOW, QUANTS, MASK_15);
    a.shift(Op.Shift.VPSRLD, HIGH, QUANTS, 4);
    a.op(Op.VPANDD, HIGH, HIGH, MASK_15);
    a.shift(Op.Shift.VPSLLD, QUANTS, SCALE, second == 0 ? 4 : 2);
    merge(LOW, QUANTS, MASK);
    if (second == 1) {
      a.shift(Op.Shift.VPSRLD, SCALE, SCALE, 2);
    }
    merge(HIGH, SCALE, MASK);
  }

  @Override
  void results(int vector) {
    Zmm d = new Zmm(8);
    Zmm more = new Zmm(9);
    for (int i = 0; i < SCALE_WORDS; i++) {
      load(QUANTS, i, vector);
      words(QUANTS, new Zmm(2 * i), new Zmm(2 * i + 1), true);
    }
    halves(d, 0, vector);
    for (int t = 0; t < tokens; t++) {
      a.zero(more);
      for (int i = 0; i < 2 * SCALE_WORDS; i++) {
        a.each(Op.VPDPWSSD, more, new Zmm(i), x(t, ActivationRecords.SUMS_16 + 4 * i));
      }
      a.shift(Op.Shift.VPSLLD, more, more, BIAS_BITS);
      a.op(Op.VPSUBD, sum(vector, t), sum(vector, t), more);
      a.op(Op.VCVTDQ2PS, sum(vector, t), sum(vector, t));
      a.op(Op.VMULPS, sum(vector, t), d, sum(vector, t));
      add(t, sum(vector, t), vector);
    }
  }
}
