package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * As {@link Block32Writer}, of 256-bit registers. Without AVX-VNNI quants that are negative are not
 * moved up, which would not fit 16 bits. Their sign goes to the activations: 128 * 127 * 2 just
 * fits. Of quants of five bits half a block's products do, and are widened then.
 */
final class YmmBlock32Writer extends YmmWriter {
  private static final int TOGETHER = 8; // blocks
  private static final Gpr COUNT = Gpr.RAX; // of the blocks that stand together
  private static final Gpr WORDS = Gpr.R10;
  private static final Ymm MAGNITUDE = new Ymm(10);
  private static final Ymm VALUE = new Ymm(11);
  private static final Ymm TABLE = new Ymm(12);
  private static final Ymm BITS = VALUE;

  private final BlockQuants quants;
  private final boolean signs; // whether they move to the activations
  private final boolean halved; // whether the sums of half a block are widened
  private final Constants.Constant tops = a.lanes(0x80808080);

  YmmBlock32Writer(int tokens, boolean vnni, BlockQuants quants) {
    super(tokens, vnni);
    this.quants = quants;
    this.signs = quants.signed() && !vnni;
    this.halved = quants.fifths() && !vnni;
  }

  private Ymm sum(int vector, int token) {
    return new Ymm(lane(vector, token));
  }

  private Ymm total(int vector, int token) {
    return new Ymm(MOST_TOKENS + lane(vector, token));
  }

  /** The sum of a block's first half, where only halves fit. */
  private Ymm half(int vector, int token) {
    int lane = lane(vector, token);
    return new Ymm(lane == MOST_TOKENS - 1 ? TABLE.number() : 2 * MOST_TOKENS + lane);
  }

  @Override
  byte[] code() {
    strides(a);
    byte[] table = quants.table();
    if (table != null) {
      a.op(Op.VMOVUPS_LOAD, TABLE, a.constant(vnni ? BlockQuants.above(table) : table));
    }
    if (joint) {
      pass(List.of(0, 1));
    } else {
      List<Gpr> kept = List.of(WEIGHTS, X, BLOCKS);
      kept.forEach(a::push);
      pass(List.of(0));
      kept.reversed().forEach(a::pop);
      pass(List.of(1));
    }
    a.leave();
    return a.code();
  }

  /** All blocks of one register of rows, or of both. */
  private void pass(List<Integer> vectors) {
    for (int vector : vectors) {
      for (int t = 0; t < tokens; t++) {
        a.zero(total(vector, t));
      }
    }
    Assembler.Label panel = a.here();
    a.move(COUNT, TOGETHER);
    a.least(COUNT, BLOCKS);
    a.subtract(BLOCKS, COUNT);
    a.move(WORDS, COUNT);
    a.multiply(WORDS, front());
    a.add(WORDS, WEIGHTS);
    Assembler.Label block = a.here();
    block(vectors);
    a.add(WEIGHTS, front());
    a.add(WORDS, 2 * BYTES * quants.words());
    a.add(X, ActivationRecords.BYTES_32);
    a.subtract(COUNT, 1);
    a.whileNotZero(block);
    a.move(WEIGHTS, WORDS);
    a.subtract(BLOCKS, 0);
    a.whileNotZero(panel);
    for (int vector : vectors) {
      for (int t = 0; t < tokens; t++) {
        a.op(Op.VMOVUPS_STORE, total(vector, t), out(t, vector));
      }
    }
  }

  /** Bytes of a block's fields before its words. */
  private int front() {
    return quants.scales().bytes(BYTES);
  }

  /** Bytes to what is asked for: some 8 KB, as of the other formats. */
  private static int ahead() {
    return 32 * TOGETHER * BYTES;
  }

  private void block(List<Integer> vectors) {
    int words = quants.words() - quants.firstNibbles();
    for (int w = 0; w < words; w++) {
      if (halved && w == words / 2) {
        vectors.forEach(this::widen);
      }
      for (int vector : vectors) {
        word(w, vector, w == 0 || (halved && w == words / 2));
      }
    }
    vectors.forEach(this::results);
  }

  private void word(int w, int vector, boolean first) {
    int index = quants.firstNibbles() + w;
    load(QUANTS, Address.of(WORDS, BYTES * (2 * index + vector)), ahead());
    if (!quants.nibbles()) {
      multiply(QUANTS, vector, 4 * w, first);
      return;
    }
    a.op(Op.VPANDD, LOW, QUANTS, fifteens);
    fifth(4 * w, vector);
    multiply(LOW, vector, 4 * w, first);
    a.shift(Op.Shift.VPSRLD, LOW, QUANTS, 4);
    a.op(Op.VPANDD, LOW, LOW, fifteens);
    fifth(16 + 4 * w, vector);
    multiply(LOW, vector, 16 + 4 * w, false);
  }

  /** Adds the fifth bits of four columns to {@link #LOW}. */
  private void fifth(int column, int vector) {
    if (!quants.fifths()) {
      return;
    }
    Address fifths = Address.of(WORDS, BYTES * vector);
    if (column == 0) {
      load(BITS, fifths, ahead());
    } else {
      a.op(Op.VMOVUPS_LOAD, BITS, fifths);
    }
    byte[] places = Block32Writer.FIRST_BYTES.clone();
    for (int i = 0; i < places.length; i++) {
      places[i] += (byte) (column / 8);
    }
    Constants.Constant bits = a.lanes(Block32Writer.BITS_BY_BYTE << (column & 4));
    a.op(Op.VPSHUFB, BITS, BITS, a.constant(places));
    a.op(Op.VPANDD, BITS, BITS, bits);
    a.op(Op.VPCMPEQB, BITS, BITS, bits);
    merge(LOW, BITS, a.lanes(0x10101010));
  }

  private void widen(int vector) {
    for (int t = 0; t < tokens; t++) {
      a.op(Op.VPMADDWD, half(vector, t), sum(vector, t), ones);
    }
  }

  /** Adds the products of four columns; the quants may be changed. */
  private void multiply(Ymm word, int vector, int column, boolean first) {
    if (quants.table() != null) {
      a.op(Op.VPSHUFB, word, TABLE, word);
    } else if (quants.signed() && vnni) {
      a.op(Op.VPXORD, word, word, tops); // 128 more
    }
    if (signs) {
      a.op(Op.VPABSB, MAGNITUDE, word);
    }
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      Ymm x = each(t, column);
      if (!signs) {
        add(sum, word, x, first);
        continue;
      }
      a.op(Op.VPSIGNB, x, x, word);
      a.op(Op.VPMADDUBSW, x, MAGNITUDE, x);
      a.op(Op.VPMADDWD, first ? sum : x, x, ones);
      if (!first) {
        a.op(Op.VPADDD, sum, sum, x);
      }
    }
  }

  private void scale(Ymm d, int vector) {
    if (quants.scales() != BlockQuants.Scales.EXPONENT) {
      halves(d, Address.of(WEIGHTS, 0), vector == 1, ahead());
      return;
    }
    Address place = Address.of(WEIGHTS, BYTES / 4 * vector);
    a.op(Op.VPMOVZXBD, d, place);
    a.prefetch(place.plus(ahead()));
    a.shift(Op.Shift.VPSLLD, VALUE, d, 31);
    a.shift(Op.Shift.VPSRLD, VALUE, VALUE, 10);
    a.op(Op.VPADDD, VALUE, VALUE, a.lanes(Block32Writer.SUBNORMAL)); // what 0 and 1 stand for
    a.shift(Op.Shift.VPSLLD, d, d, 23);
    a.op(Op.VPSUBD, d, d, a.lanes(Block32Writer.ONE_LESS));
    a.op(Op.VPMAXSD, d, d, VALUE);
  }

  /** Adds the block's results, and takes off what quants are too large by. */
  private void results(int vector) {
    scale(LOW, vector);
    if (quants.offset()) {
      halves(QUANTS, Address.of(WEIGHTS, BYTES), vector == 1, ahead());
    }
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t);
      if (!vnni && !signs) {
        a.op(Op.VPMADDWD, sum, sum, ones);
      }
      if (halved) {
        a.op(Op.VPADDD, sum, sum, half(vector, t));
      }
      if (quants.biased() && !signs) {
        Ymm more = each(t, ActivationRecords.SUM_32);
        a.shift(Op.Shift.VPSLLD, more, more, quants.biasBits());
        a.op(Op.VPSUBD, sum, sum, more);
      }
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, VALUE, LOW, each(t, ActivationRecords.SCALE_32));
      a.op(Op.VMULPS, VALUE, VALUE, sum);
      if (quants.offset()) {
        a.op(Op.VMULPS, ITEM, QUANTS, each(t, ActivationRecords.SUM_32));
        a.op(Op.VADDPS, VALUE, VALUE, ITEM);
      }
      a.op(Op.VADDPS, total(vector, t), total(vector, t), VALUE);
    }
  }
}
