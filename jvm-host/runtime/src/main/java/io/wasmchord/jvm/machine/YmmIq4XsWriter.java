package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.IQ4_NL;

/**
 * As {@link Iq4XsWriter}, of 256-bit registers. Without AVX-VNNI the signs of values go to the
 * activations, and every pair of products is multiplied with its scale at once.
 */
final class YmmIq4XsWriter extends YmmSuperblockWriter {
  private static final Ymm HIGH_PAIRS = new Ymm(0);
  private static final Ymm BITS = new Ymm(1);
  private static final Ymm MAGNITUDE = new Ymm(2);
  private static final Ymm TABLE = new Ymm(12);

  private final Constants.Constant lowHalves = a.lanes(0xFFFF);
  private final Constants.Constant scaleBias = a.lanes(Iq4XsWriter.SCALE_BIAS);

  YmmIq4XsWriter(int tokens, boolean vnni, int blockBytes) {
    super(tokens, vnni, 2, blockBytes, 1);
  }

  @Override
  void begin() {
    byte[] values = BlockQuants.table(IQ4_NL.TABLE);
    a.op(Op.VMOVUPS_LOAD, TABLE, a.constant(vnni ? BlockQuants.above(values) : values));
  }

  /** The second 16-bit field is no float: it stays as it is. */
  @Override
  void field(int half, Ymm dst, Address field, boolean upper) {
    if (half == 0) {
      super.field(half, dst, field, upper);
      return;
    }
    a.op(Op.VMOVUPS_LOAD, dst, field);
    if (upper) {
      a.shift(Op.Shift.VPSRLD, dst, dst, 16);
    } else {
      a.op(Op.VPANDD, dst, dst, lowHalves);
    }
  }

  /** Even groups' scales as the first word, odd ones' as the second. */
  @Override
  void scales(int vector) {
    load(QUANTS, 0, vector);
    floats(HIGH_PAIRS, 1, vector);
    for (int odd = 0; odd < 2; odd++) {
      a.shift(Op.Shift.VPSRLD, LOW, QUANTS, 4 * odd);
      a.op(Op.VPANDD, LOW, LOW, fifteens);
      for (int i = 0; i < 4; i++) {
        a.shift(Op.Shift.VPSLLD, BITS, HIGH_PAIRS, 4 * i + 4 - 2 * odd);
        merge(LOW, BITS, a.lanes(0x30 << (8 * i)));
      }
      a.op(Op.VPSUBB, LOW, LOW, scaleBias);
      a.op(Op.VMOVUPS_STORE, LOW, slot(odd, vector));
    }
  }

  @Override
  void products() {
    for (int g = 0; g < 8; g++) {
      for (int vector = 0; !vnni && vector < vectors(); vector++) {
        Ymm scale = scale(vector);
        a.op(Op.VMOVUPS_LOAD, scale, slot(g % 2, vector));
        a.op(Op.VPSHUFB, scale, scale, a.constant(twice(g / 2, true)));
        a.shift(Op.Shift.VPSRAW, scale, scale, 8);
      }
      for (int w = 0; w < 4; w++) {
        for (int vector = 0; vector < vectors(); vector++) {
          load(QUANTS, 1 + 4 * g + w, vector);
          a.op(Op.VPANDD, LOW, QUANTS, fifteens);
          values(vector, LOW, 32 * g + 4 * w, 2 * w);
          a.shift(Op.Shift.VPSRLD, LOW, QUANTS, 4);
          a.op(Op.VPANDD, LOW, LOW, fifteens);
          values(vector, LOW, 32 * g + 16 + 4 * w, 2 * w + 1);
        }
      }
      for (int vector = 0; vnni && vector < vectors(); vector++) {
        scaled(0, vector, slot(g % 2, vector), g / 2, true);
      }
    }
  }

  /** Both words of each lane a scale; the sums of groups have no use without AVX-VNNI. */
  private static Ymm scale(int vector) {
    return new Ymm(vector);
  }

  private void values(int vector, Ymm nibbles, int column, int word) {
    a.op(Op.VPSHUFB, nibbles, TABLE, nibbles);
    if (vnni) {
      multiply(0, vector, nibbles, column, word);
      return;
    }
    a.op(Op.VPABSB, MAGNITUDE, nibbles);
    for (int t = 0; t < tokens; t++) {
      Ymm x = each(t, column);
      a.op(Op.VPSIGNB, x, x, nibbles);
      a.op(Op.VPMADDUBSW, x, MAGNITUDE, x);
      addWords(sum(vector, t), scale(vector), x);
    }
  }

  @Override
  void results(int vector) {
    if (vnni) {
      bias(vector);
    }
    floats(LOW, 0, vector);
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, sum, LOW, sum);
      add(t, sum, vector);
    }
  }

  /** Takes off what values are too large by. */
  private void bias(int vector) {
    Ymm[] pairs = {new Ymm(0), new Ymm(1), new Ymm(2), new Ymm(3)};
    for (int i = 0; i < pairs.length; i++) { // groups 0 and 2, 1 and 3, 4 and 6, 5 and 7
      a.op(Op.VMOVUPS_LOAD, pairs[i], slot(i % 2, vector));
      a.op(Op.VPSHUFB, pairs[i], pairs[i], a.constant(words(i / 2 * 2)));
      a.shift(Op.Shift.VPSRAW, pairs[i], pairs[i], 8);
    }
    for (int t = 0; t < tokens; t++) {
      a.zero(LOW);
      for (int i = 0; i < pairs.length; i++) {
        addWords(LOW, pairs[i], each(t, ActivationRecords.SUMS_32 + 4 * i));
      }
      a.shift(Op.Shift.VPSLLD, LOW, LOW, Iq4XsWriter.BIAS_BITS);
      a.op(Op.VPSUBD, sum(vector, t), sum(vector, t), LOW);
    }
  }

  /** Which bytes become the two words of a lane: two after each other, above zeros. */
  private static byte[] words(int first) {
    byte[] places = new byte[16];
    for (int i = 0; i < 16; i++) {
      places[i] = (byte) ((i & 1) == 0 ? 0x80 : (i & ~3) + first + (i >> 1 & 1));
    }
    return places;
  }
}
