package io.wasmchord.jvm.machine;

/**
 * Products of formats with blocks of 32 values and one float scale: {@code (d * da) * S}, block by
 * block. The 16-bit fields of up to eight blocks come first, then their words: eight of bytes, or
 * four of nibbles, of which the low ones are columns 4 w on and the high ones those 16 on; of
 * formats with five bits a word before them has a bit for each column. Quants are 0 or more here,
 * by a bias that comes off the sums.
 */
final class Block32Writer extends KernelWriter {
  /** Rows of activations that a kernel takes at most. */
  static final int MOST_TOKENS = 4;

  /** Half of the smallest exponent's power. */
  static final int SUBNORMAL = 0x00200000;

  /** One in a float's exponent. */
  static final int ONE_LESS = 0x00800000;

  private static final int TOGETHER = 8; // blocks
  private static final Gpr COUNT = Gpr.R11; // of the blocks that stand together
  private static final Gpr WORDS = Gpr.R10;
  private static final Zmm QUANTS = new Zmm(18);
  private static final Zmm MORE = new Zmm(19);
  private static final Zmm VALUE = new Zmm(20);
  private static final Zmm MASK = new Zmm(21);
  private static final Zmm TABLE = new Zmm(22);
  private static final Zmm BITS = new Zmm(27);
  private static final Zmm FIRST_BYTE = new Zmm(28);
  private static final Zmm SIXTEENS = new Zmm(31);

  /** Bit i of byte i. */
  static final int BITS_BY_BYTE = 0x08040201;

  /** Which bytes make four of the first of each lane. */
  static final byte[] FIRST_BYTES = {0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12};

  private static final int SET = 1; // mask register

  private final BlockQuants quants;

  Block32Writer(int tokens, BlockQuants quants) {
    super(tokens);
    this.quants = quants;
  }

  private static Zmm sum(int token, int vector) {
    return new Zmm(2 * token + vector);
  }

  private static Zmm total(int token, int vector) {
    return new Zmm(8 + 2 * token + vector);
  }

  private static Zmm d(int vector) {
    return new Zmm(16 + vector);
  }

  private static Zmm offset(int vector) {
    return new Zmm(23 + vector);
  }

  private static Zmm fifths(int vector) {
    return new Zmm(25 + vector);
  }

  /** The bits of four columns in all bytes that have those of eight: the first or second four. */
  private static Zmm columns(int half) {
    return new Zmm(29 + half);
  }

  @Override
  byte[] code() {
    strides();
    a.broadcast(MASK, quants.nibbles() ? 0x0F0F0F0F : 0x80808080);
    byte[] table = quants.table();
    if (table != null) {
      table(TABLE, BlockQuants.above(table));
    }
    if (quants.fifths()) {
      table(FIRST_BYTE, FIRST_BYTES);
      a.broadcast(columns(0), BITS_BY_BYTE);
      a.broadcast(columns(1), BITS_BY_BYTE << 4);
      a.broadcast(SIXTEENS, 0x10101010);
    }
    for (int t = 0; t < tokens; t++) {
      a.zero(total(t, 0));
      a.zero(total(t, 1));
    }
    Assembler.Label panel = a.here();
    a.move(COUNT, TOGETHER);
    a.least(COUNT, BLOCKS);
    a.subtract(BLOCKS, COUNT);
    a.move(WORDS, COUNT);
    a.multiply(WORDS, front());
    a.add(WORDS, WEIGHTS);
    Assembler.Label block = a.here();
    block();
    a.add(WEIGHTS, front());
    a.add(WORDS, 2 * BYTES * quants.words());
    a.add(X, ActivationRecords.BYTES_32);
    a.subtract(COUNT, 1);
    a.whileNotZero(block);
    a.move(WEIGHTS, WORDS);
    a.subtract(BLOCKS, 0);
    a.whileNotZero(panel);
    for (int t = 0; t < tokens; t++) {
      a.op(Op.VMOVUPS_STORE, total(t, 0), out(t, 0));
      a.op(Op.VMOVUPS_STORE, total(t, 1), out(t, 1));
    }
    a.leave();
    return a.code();
  }

  /** Bytes to what is asked for: some 8 KB, as of the other formats. */
  private static int ahead() {
    return 16 * TOGETHER * BYTES;
  }

  /** Bytes of a block's fields before its words. */
  private int front() {
    return quants.scales().bytes(BYTES);
  }

  private void block() {
    for (int vector = 0; vector < 2; vector++) {
      scale(vector);
      if (quants.offset()) {
        halves(offset(vector), Address.of(WEIGHTS, BYTES), vector, ahead());
      }
    }
    for (int t = 0; t < tokens; t++) {
      a.zero(sum(t, 0));
      a.zero(sum(t, 1));
    }
    for (int vector = 0; quants.fifths() && vector < 2; vector++) {
      load(fifths(vector), Address.of(WORDS, BYTES * vector), ahead());
    }
    for (int w = 0; w < quants.words() - quants.firstNibbles(); w++) {
      for (int vector = 0; vector < 2; vector++) {
        word(w, vector);
      }
    }
    for (int t = 0; t < tokens; t++) {
      if (quants.biased()) {
        a.op(Op.VPBROADCASTD_LOAD, MORE, x(t, ActivationRecords.SUM_32));
        a.shift(Op.Shift.VPSLLD, MORE, MORE, quants.biasBits());
      }
      for (int vector = 0; vector < 2; vector++) {
        results(t, vector);
      }
    }
  }

  private void word(int w, int vector) {
    int index = quants.firstNibbles() + w;
    load(QUANTS, Address.of(WORDS, BYTES * (2 * index + vector)), ahead());
    if (!quants.nibbles()) {
      a.op(Op.VPXORD, QUANTS, QUANTS, MASK); // 128 more
      multiply(QUANTS, 4 * w, vector);
      return;
    }
    a.op(Op.VPANDD, MORE, QUANTS, MASK);
    fifth(MORE, 4 * w, vector);
    multiply(MORE, 4 * w, vector);
    a.shift(Op.Shift.VPSRLD, MORE, QUANTS, 4);
    a.op(Op.VPANDD, MORE, MORE, MASK);
    fifth(MORE, 16 + 4 * w, vector);
    multiply(MORE, 16 + 4 * w, vector);
  }

  /** Adds the fifth bits of four columns. */
  private void fifth(Zmm values, int column, int vector) {
    if (!quants.fifths()) {
      return;
    }
    a.shift(Op.Shift.VPSRLD, BITS, fifths(vector), column / 8 * 8);
    a.op(Op.VPSHUFB, BITS, BITS, FIRST_BYTE); // in all four bytes
    a.op(Op.VPTESTMB, new Zmm(SET), BITS, columns(column / 4 % 2));
    a.masked(Op.VPADDB, values, values, SIXTEENS, SET, false);
  }

  private void scale(int vector) {
    Zmm d = d(vector);
    if (quants.scales() != BlockQuants.Scales.EXPONENT) {
      halves(d, Address.of(WEIGHTS, 0), vector, ahead());
      return;
    }
    Address place = Address.of(WEIGHTS, BYTES / 4 * vector);
    a.op(Op.VPMOVZXBD, d, place);
    a.prefetch(place.plus(ahead()));
    a.shift(Op.Shift.VPSLLD, VALUE, d, 31);
    a.shift(Op.Shift.VPSRLD, VALUE, VALUE, 10);
    a.broadcast(MORE, SUBNORMAL);
    a.op(Op.VPADDD, VALUE, VALUE, MORE); // what 0 and 1 stand for
    a.shift(Op.Shift.VPSLLD, d, d, 23);
    a.broadcast(MORE, ONE_LESS);
    a.op(Op.VPSUBD, d, d, MORE);
    a.op(Op.VPMAXSD, d, d, VALUE);
  }

  private void results(int t, int vector) {
    if (quants.biased()) {
      a.op(Op.VPSUBD, sum(t, vector), sum(t, vector), MORE);
    }
    a.op(Op.VCVTDQ2PS, sum(t, vector), sum(t, vector));
    a.each(Op.VMULPS, VALUE, d(vector), x(t, ActivationRecords.SCALE_32));
    a.op(Op.VMULPS, VALUE, VALUE, sum(t, vector));
    if (quants.offset()) {
      a.each(Op.VMULPS, MORE, offset(vector), x(t, ActivationRecords.SUM_32));
      a.op(Op.VADDPS, VALUE, VALUE, MORE);
    }
    a.op(Op.VADDPS, total(t, vector), total(t, vector), VALUE);
  }

  private void multiply(Zmm values, int column, int vector) {
    if (quants.table() != null) {
      a.op(Op.VPSHUFB, values, TABLE, values);
    }
    for (int t = 0; t < tokens; t++) {
      a.each(Op.VPDPBUSD, sum(t, vector), values, x(t, column));
    }
  }
}
