package io.wasmchord.jvm.machine;

/**
 * Products of {@link PartQuants}: {@code (d * da) * S}, part by part. Quants are 0 or more here, by
 * a bias that comes off the sums; those of half a block are made of its activations.
 */
final class PartsWriter extends KernelWriter {
  private static final int TOGETHER = 8; // blocks
  private static final int AHEAD = 8 << 10; // bytes to what is asked for, as of the other formats
  private static final Gpr COUNT = Gpr.R11; // of the blocks that stand together
  private static final Gpr WORDS = Gpr.R10;
  private static final Zmm QUANTS = new Zmm(24);
  private static final Zmm FIELD = new Zmm(25);
  private static final Zmm VALUE = new Zmm(26);
  private static final Zmm BIAS = new Zmm(27);
  private static final Zmm OTHER_BIAS = new Zmm(28);
  private static final Zmm MASK = new Zmm(29);
  private static final Zmm TABLE = new Zmm(30);
  private static final Zmm ONES = new Zmm(31);

  private final PartQuants quants;

  PartsWriter(int tokens, PartQuants quants) {
    super(tokens);
    this.quants = quants;
  }

  private static Zmm sum(int token, int vector, int part) {
    return new Zmm(2 * Block32Writer.MOST_TOKENS * part + 2 * token + vector);
  }

  private static Zmm total(int token, int vector) {
    return new Zmm(4 * Block32Writer.MOST_TOKENS + 2 * token + vector);
  }

  @Override
  byte[] code() {
    strides();
    byte[] table = quants.table();
    if (table != null) {
      table(TABLE, BlockQuants.above(table));
    }
    a.broadcast(ONES, 0x01010101);
    a.broadcast(MASK, ((1 << quants.bits()) - 1) * 0x01010101);
    for (int t = 0; t < tokens; t++) {
      a.zero(total(t, 0));
      a.zero(total(t, 1));
    }
    Assembler.Label panel = a.here();
    a.move(COUNT, TOGETHER);
    a.least(COUNT, BLOCKS);
    a.subtract(BLOCKS, COUNT);
    a.move(WORDS, COUNT);
    a.multiply(WORDS, scales() / quants.sharing());
    a.add(WORDS, WEIGHTS);
    Assembler.Label blocks = a.here();
    for (int block = 0; block < quants.sharing(); block++) {
      block(block);
    }
    a.add(WEIGHTS, scales());
    a.add(WORDS, quants.sharing() * blockBytes());
    a.add(X, quants.sharing() * ActivationRecords.BYTES_32);
    a.subtract(COUNT, quants.sharing());
    a.whileNotZero(blocks);
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

  /** Bytes of the scales that blocks share. */
  private int scales() {
    return 2 * BYTES * quants.parts();
  }

  private int blockBytes() {
    return 2 * BYTES * quants.words();
  }

  private void block(int block) {
    for (int part = 0; part < quants.parts(); part++) {
      for (int vector = 0; vector < 2; vector++) {
        if (block == 0) {
          a.prefetch(scale(vector, part).plus(AHEAD));
        }
        for (int t = 0; t < tokens; t++) {
          a.zero(sum(t, vector, part));
        }
      }
    }
    for (int w = 0; w < quants.words(); w++) {
      for (int vector = 0; vector < 2; vector++) {
        load(QUANTS, Address.of(WORDS, block * blockBytes() + BYTES * (2 * w + vector)), AHEAD);
        for (int field = 0; field < quants.fields(); field++) {
          field(block, w, field, vector);
        }
      }
    }
    for (int t = 0; t < tokens; t++) {
      biases(block, t);
      for (int vector = 0; vector < 2; vector++) {
        for (int part = 0; part < quants.parts(); part++) {
          results(block, t, vector, part);
        }
      }
    }
  }

  private Address scale(int vector, int part) {
    return Address.of(WEIGHTS, BYTES * (2 * part + vector));
  }

  private Address x(int block, int token, int offset) {
    return x(token, block * ActivationRecords.BYTES_32 + offset);
  }

  private void field(int block, int w, int field, int vector) {
    int column = quants.column(w, field);
    a.shift(Op.Shift.VPSRLD, FIELD, QUANTS, quants.bits() * field);
    a.op(Op.VPANDD, FIELD, FIELD, MASK);
    if (quants.table() != null) {
      a.op(Op.VPSHUFB, FIELD, TABLE, FIELD);
    }
    for (int t = 0; t < tokens; t++) {
      a.each(Op.VPDPBUSD, sum(t, vector, quants.part(field)), FIELD, x(block, t, column));
    }
  }

  /** What is to come off the sums. */
  private void biases(int block, int token) {
    a.op(Op.VPBROADCASTD_LOAD, OTHER_BIAS, x(block, token, ActivationRecords.SUM_32));
    if (quants.parts() == 1) {
      return;
    }
    a.zero(BIAS);
    for (int column = 0; column < 16; column += 4) {
      a.each(Op.VPDPBUSD, BIAS, ONES, x(block, token, column));
    }
    a.op(Op.VPSUBD, OTHER_BIAS, OTHER_BIAS, BIAS);
    int bits = 7; // 128, as values are moved up
    a.shift(Op.Shift.VPSLLD, BIAS, BIAS, bits);
    a.shift(Op.Shift.VPSLLD, OTHER_BIAS, OTHER_BIAS, bits);
  }

  private void results(int block, int token, int vector, int part) {
    Zmm sum = sum(token, vector, part);
    if (quants.bits() == 1) {
      a.op(Op.VPADDD, sum, sum, sum); // fields are 0 or 1, values and 1 twice as much
    }
    a.op(Op.VPSUBD, sum, sum, part == quants.parts() - 1 ? OTHER_BIAS : BIAS);
    a.op(Op.VCVTDQ2PS, sum, sum);
    a.op(Op.VPBROADCASTD_LOAD, VALUE, x(block, token, ActivationRecords.SCALE_32));
    a.op(Op.VMULPS, VALUE, VALUE, scale(vector, part));
    a.op(Op.VMULPS, VALUE, VALUE, sum);
    a.op(Op.VADDPS, total(token, vector), total(token, vector), VALUE);
  }
}
