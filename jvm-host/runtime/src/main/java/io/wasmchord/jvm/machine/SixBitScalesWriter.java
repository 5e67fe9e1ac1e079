package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * Q4_K and Q5_K: three words of six-bit scales and minimums of eight groups of 32, then, of Q5_K,
 * eight words of fifth bits, then 32 words of nibbles. Of word 8 h + w the low nibbles are columns
 * 64 h + 4 w on, the high ones those 32 on; bit g of a byte of fifths belongs to group g.
 */
final class SixBitScalesWriter extends SuperblockWriter {
  private static final int SCALE_WORDS = 3;
  private static final int FIFTH_WORDS = 8;

  private final boolean fifths;

  SixBitScalesWriter(int tokens, int blockBytes, boolean fifths) {
    super(tokens, 2, blockBytes);
    this.fifths = fifths;
  }

  @Override
  void scales(int vector) {
    Zmm first = group(0, 0, 0);
    Zmm sixty3 = group(1, 0, 0);
    load(first, 0, vector);
    a.broadcast(sixty3, 0x3F3F3F3F);
    a.op(Op.VPANDD, scalesLow(vector), first, sixty3);
    a.op(Op.VPANDD, scalesHigh(vector), MASK_15, word(2, vector));
    upper(scalesHigh(vector), first, sixty3);
    if (fifths) {
      a.broadcast(MASK, 0x10101010);
    }
  }

  /** Puts the two highest bits of each byte of {@code from} over the four lowest of another. */
  private void upper(Zmm dst, Zmm from, Zmm scratch) {
    a.shift(Op.Shift.VPSRLD, from, from, 2);
    a.broadcast(scratch, 0x30303030);
    merge(dst, from, scratch);
  }

  @Override
  void products(List<Integer> vectors) {
    for (int h = 0; h < 4; h++) {
      clear(2, vectors);
      for (int w = 0; w < 8; w++) {
        for (int vector : vectors) {
          quants(h, w, vector);
          multiply(0, vector, LOW, 64 * h + 4 * w);
          multiply(1, vector, HIGH, 64 * h + 32 + 4 * w);
        }
      }
      for (int vector : vectors) {
        Zmm scales = h < 2 ? scalesLow(vector) : scalesHigh(vector);
        scaled(0, vector, scales, 2 * h % 4, false);
        scaled(1, vector, scales, 2 * h % 4 + 1, false);
      }
    }
  }

  private void quants(int h, int w, int vector) {
    load(QUANTS, SCALE_WORDS + (fifths ? FIFTH_WORDS : 0) + 8 * h + w, vector);
    a.op(Op.VPANDD, LOW, QUANTS, MASK_15);
    a.shift(Op.Shift.VPSRLD, HIGH, QUANTS, 4);
    a.op(Op.VPANDD, HIGH, HIGH, MASK_15);
    if (fifths) {
      reload(QUANTS, SCALE_WORDS + w, vector);
      fifth(LOW, 2 * h);
      fifth(HIGH, 2 * h + 1);
    }
  }

  /** Adds bit {@code bit} of each byte of the fifths as the fifth one. */
  private void fifth(Zmm dst, int bit) {
    Zmm bits = SCALE;
    if (bit <= 4) {
      a.shift(Op.Shift.VPSLLD, bits, QUANTS, 4 - bit);
    } else {
      a.shift(Op.Shift.VPSRLD, bits, QUANTS, bit - 4);
    }
    merge(dst, bits, MASK);
  }

  @Override
  void results(int vector) {
    Zmm[] minimums = {new Zmm(0), new Zmm(1), new Zmm(2), new Zmm(3)};
    Zmm d = new Zmm(4);
    Zmm dMin = new Zmm(5);
    Zmm least = new Zmm(6);
    minimums(minimums, vector);
    halves(d, 0, vector);
    halves(dMin, 1, vector);
    for (int t = 0; t < tokens; t++) {
      a.zero(least);
      for (int i = 0; i < 4; i++) {
        a.each(Op.VPDPWSSD, least, minimums[i], x(t, ActivationRecords.SUMS_32 + 4 * i));
      }
      a.op(Op.VCVTDQ2PS, least, least);
      a.op(Op.VMULPS, least, dMin, least);
      a.op(Op.VCVTDQ2PS, sum(vector, t), sum(vector, t));
      a.op(Op.VMULPS, sum(vector, t), d, sum(vector, t));
      a.op(Op.VSUBPS, sum(vector, t), sum(vector, t), least);
      add(t, sum(vector, t), vector);
    }
  }

  /** The minimums of groups 0 and 2, 1 and 3, 4 and 6, 5 and 7, as 16-bit words. */
  private void minimums(Zmm[] dst, int vector) {
    load(LOW, 1, vector);
    load(HIGH, 2, vector);
    a.shift(Op.Shift.VPSRLD, HIGH, HIGH, 4);
    a.op(Op.VPANDD, HIGH, HIGH, MASK_15);
    a.broadcast(SCALE, 0x3F3F3F3F);
    a.op(Op.VPANDD, QUANTS, LOW, SCALE);
    upper(HIGH, LOW, SCALE);
    words(QUANTS, dst[0], dst[1], false);
    words(HIGH, dst[2], dst[3], false);
  }
}
