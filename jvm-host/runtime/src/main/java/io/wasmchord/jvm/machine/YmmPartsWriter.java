package io.wasmchord.jvm.machine;

import java.util.List;

/**
 * As {@link PartsWriter}, of 256-bit registers. Values that are looked up are not moved: their
 * signs go to the activations. Products of a part fit 16 bits.
 */
final class YmmPartsWriter extends YmmWriter {
  private static final int TOGETHER = 8; // blocks
  private static final int AHEAD = 8 << 10; // bytes to what is asked for, as of the other formats
  private static final Gpr COUNT = Gpr.RAX; // of the blocks that stand together
  private static final Gpr WORDS = Gpr.R10;
  private static final Ymm MAGNITUDE = QUANTS; // which are loaded again
  private static final Ymm TABLE = new Ymm(12);

  private final PartQuants quants;
  private final Constants.Constant mask;

  YmmPartsWriter(int tokens, boolean vnni, PartQuants quants) {
    super(tokens, vnni && quants.table() == null);
    this.quants = quants;
    this.mask = a.lanes(((1 << quants.bits()) - 1) * 0x01010101);
  }

  private Ymm sum(int vector, int token, int part) {
    return new Ymm(MOST_TOKENS * part + lane(vector, token));
  }

  private Ymm total(int vector, int token) {
    return new Ymm(2 * MOST_TOKENS + lane(vector, token));
  }

  @Override
  byte[] code() {
    strides(a);
    byte[] table = quants.table();
    if (table != null) {
      a.op(Op.VMOVUPS_LOAD, TABLE, a.constant(table));
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
    a.multiply(WORDS, scales() / quants.sharing());
    a.add(WORDS, WEIGHTS);
    Assembler.Label blocks = a.here();
    for (int block = 0; block < quants.sharing(); block++) {
      block(block, vectors);
    }
    a.add(WEIGHTS, scales());
    a.add(WORDS, quants.sharing() * blockBytes());
    a.add(X, quants.sharing() * ActivationRecords.BYTES_32);
    a.subtract(COUNT, quants.sharing());
    a.whileNotZero(blocks);
    a.move(WEIGHTS, WORDS);
    a.subtract(BLOCKS, 0);
    a.whileNotZero(panel);
    for (int vector : vectors) {
      for (int t = 0; t < tokens; t++) {
        a.op(Op.VMOVUPS_STORE, total(vector, t), out(t, vector));
      }
    }
  }

  /** Bytes of the scales that blocks share. */
  private int scales() {
    return 2 * BYTES * quants.parts();
  }

  private int blockBytes() {
    return 2 * BYTES * quants.words();
  }

  private void block(int block, List<Integer> vectors) {
    for (int w = 0; w < quants.words(); w++) {
      for (int vector : vectors) {
        Address word = Address.of(WORDS, block * blockBytes() + BYTES * (2 * w + vector));
        load(QUANTS, word, AHEAD);
        for (int field = 0; field < quants.fields(); field++) {
          if (field > 0 && quants.table() != null) {
            a.op(Op.VMOVUPS_LOAD, QUANTS, word);
          }
          a.shift(Op.Shift.VPSRLD, LOW, QUANTS, quants.bits() * field);
          a.op(Op.VPANDD, LOW, LOW, mask);
          multiply(block, w, field, vector);
        }
      }
    }
    for (int vector : vectors) {
      for (int part = 0; part < quants.parts(); part++) {
        if (block == 0 && vector == 0) {
          a.prefetch(scale(vector, part).plus(AHEAD));
        }
        results(block, vector, part);
      }
    }
  }

  private Address scale(int vector, int part) {
    return Address.of(WEIGHTS, BYTES * (2 * part + vector));
  }

  private Ymm each(int block, int token, int offset) {
    return each(token, block * ActivationRecords.BYTES_32 + offset);
  }

  private void multiply(int block, int w, int field, int vector) {
    boolean first = w == 0 && (field == 0 || quants.parts() > 1);
    int column = quants.column(w, field);
    if (quants.table() != null) {
      a.op(Op.VPSHUFB, LOW, TABLE, LOW);
      a.op(Op.VPABSB, MAGNITUDE, LOW);
    }
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t, quants.part(field));
      Ymm x = each(block, t, column);
      if (quants.table() != null) {
        a.op(Op.VPSIGNB, x, x, LOW);
      }
      add(sum, quants.table() == null ? LOW : MAGNITUDE, x, first);
    }
  }

  private void results(int block, int vector, int part) {
    for (int t = 0; t < tokens; t++) {
      Ymm sum = sum(vector, t, part);
      if (!vnni) {
        a.op(Op.VPMADDWD, sum, sum, ones);
      }
      if (quants.bits() == 1) {
        a.op(Op.VPADDD, sum, sum, sum); // fields are 0 or 1, values and 1 twice as much
      }
      if (quants.table() == null) {
        a.op(Op.VPSUBD, sum, sum, each(block, t, ActivationRecords.SUM_32));
      }
      a.op(Op.VCVTDQ2PS, sum, sum);
      a.op(Op.VMULPS, LOW, each(block, t, ActivationRecords.SCALE_32), scale(vector, part));
      a.op(Op.VMULPS, LOW, LOW, sum);
      a.op(Op.VADDPS, total(vector, t), total(vector, t), LOW);
    }
  }
}
