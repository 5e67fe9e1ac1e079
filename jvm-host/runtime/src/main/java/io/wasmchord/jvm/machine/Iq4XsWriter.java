package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.IQ4_NL;
import java.util.List;

/**
 * IQ4_XS: a 16-bit float, 16 bits with the high pairs of eight scales, a word with their low
 * nibbles, then 32 words of nibbles that are looked up: of word 4 g + w the low ones are columns 32
 * g + 4 w on, the high ones those 16 on. Values are 0 or more here, by a bias that comes off at the
 * end.
 */
final class Iq4XsWriter extends SuperblockWriter {
  static final int BIAS_BITS = 7;
  static final int SCALE_BIAS = 0x20202020;

  Iq4XsWriter(int tokens, int blockBytes) {
    super(tokens, 2, blockBytes);
  }

  @Override
  void begin() {
    table(MASK, BlockQuants.above(BlockQuants.table(IQ4_NL.TABLE)));
  }

  /** Even groups' scales as the first register, odd ones' as the second. */
  @Override
  void scales(int vector) {
    load(QUANTS, 0, vector);
    a.op(Op.VMOVUPS_LOAD, HIGH, Address.of(WEIGHTS, BYTES));
    if (vector == 1) {
      a.shift(Op.Shift.VPSRLD, HIGH, HIGH, 16);
    }
    for (int odd = 0; odd < 2; odd++) {
      Zmm scales = odd == 0 ? scalesLow(vector) : scalesHigh(vector);
      a.shift(Op.Shift.VPSRLD, scales, QUANTS, 4 * odd);
      a.op(Op.VPANDD, scales, scales, MASK_15);
      for (int i = 0; i < 4; i++) {
        a.shift(Op.Shift.VPSLLD, LOW, HIGH, 4 * i + 4 - 2 * odd);
        a.broadcast(SCALE, 0x30 << (8 * i));
        merge(scales, LOW, SCALE);
      }
      a.broadcast(SCALE, SCALE_BIAS);
      a.op(Op.VPSUBB, scales, scales, SCALE);
    }
  }

  @Override
  void products(List<Integer> vectors) {
    for (int g = 0; g < 8; g++) {
      clear(1, vectors);
      for (int w = 0; w < 4; w++) {
        for (int vector : vectors) {
          load(QUANTS, 1 + 4 * g + w, vector);
          a.op(Op.VPANDD, LOW, QUANTS, MASK_15);
          a.op(Op.VPSHUFB, LOW, MASK, LOW);
          multiply(0, vector, LOW, 32 * g + 4 * w);
          a.shift(Op.Shift.VPSRLD, HIGH, QUANTS, 4);
          a.op(Op.VPANDD, HIGH, HIGH, MASK_15);
          a.op(Op.VPSHUFB, HIGH, MASK, HIGH);
          multiply(0, vector, HIGH, 32 * g + 16 + 4 * w);
        }
      }
      for (int vector : vectors) {
        scaled(0, vector, g % 2 == 0 ? scalesLow(vector) : scalesHigh(vector), g / 2, true);
      }
    }
  }

  @Override
  void results(int vector) {
    Zmm[] pairs = {new Zmm(0), new Zmm(1), new Zmm(2), new Zmm(3)};
    Zmm d = new Zmm(4);
    Zmm more = new Zmm(5);
    for (int i = 0; i < pairs.length; i++) { // groups 0 and 2, 1 and 3, 4 and 6, 5 and 7
      pair(pairs[i], i % 2 == 0 ? scalesLow(vector) : scalesHigh(vector), i / 2 == 1);
    }
    halves(d, 0, vector);
    for (int t = 0; t < tokens; t++) {
      Zmm sum = sum(vector, t);
      a.zero(more);
      for (int i = 0; i < pairs.length; i++) {
        a.each(Op.VPDPWSSD, more, pairs[i], x(t, ActivationRecords.SUMS_32 + 4 * i));
      }
      a.shift(Op.Shift.VPSLLD, more, more, BIAS_BITS);
      a.op(Op.VPSUBD, sum, sum, more);
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, sum, d, sum);
      add(t, sum, vector);
    }
  }

  /** The lower or the upper two bytes of each lane as 16-bit words. */
  private void pair(Zmm dst, Zmm bytes, boolean upper) {
    a.broadcast(SCALE, 0xFF000000);
    if (upper) {
      a.op(Op.VPANDD, dst, bytes, SCALE);
      a.shift(Op.Shift.VPSRLD, LOW, bytes, 8);
    } else {
      a.shift(Op.Shift.VPSLLD, dst, bytes, 16);
      a.op(Op.VPANDD, dst, dst, SCALE);
      a.shift(Op.Shift.VPSLLD, LOW, bytes, 8);
    }
    a.broadcast(SCALE, 0x0000FF00);
    merge(dst, LOW, SCALE);
    a.shift(Op.Shift.VPSRAW, dst, dst, 8);
  }
}
