package io.wasmchord.jvm.machine;

/** As {@link SuperblockWriter}, of 256-bit registers. */
abstract class YmmSuperblockWriter extends YmmWriter {
  private static final int BLOCKS_AHEAD = 4;
  private static final int SLOT =
      128; // bytes of the stack for a register's scales: up to four words
  private static final int FLOATS = 2 * SLOT; // where float scales begin
  private static final int STACK = FLOATS + 2 * SLOT;
  private static final Gpr COUNT = Gpr.RAX; // of registers of rows that are left
  private static final Gpr SCALES = Gpr.R10; // where float scales of the register of rows begin

  private final int halves;
  private final int blockBytes;
  private final int fitting;

  /**
   * @param halves 16-bit floats of a block
   * @param blockBytes of a row's block
   * @param fitting words of quants whose products fit 16 bits
   */
  YmmSuperblockWriter(int tokens, boolean vnni, int halves, int blockBytes, int fitting) {
    super(tokens, vnni);
    this.halves = halves;
    this.blockBytes = blockBytes;
    this.fitting = fitting;
  }

  @Override
  final byte[] code() {
    strides(a);
    a.subtract(Gpr.RSP, STACK);
    begin();
    a.zero(QUANTS);
    for (int t = 0; t < tokens; t++) {
      a.op(Op.VMOVUPS_STORE, QUANTS, out(t, 0));
      a.op(Op.VMOVUPS_STORE, QUANTS, out(t, 1));
    }
    Assembler.Label block = a.here();
    for (int half = 0; half < halves; half++) {
      floats(half);
    }
    if (joint) {
      block();
    } else {
      registerAfterRegister();
    }
    a.add(WEIGHTS, blockBytes * ROWS);
    a.add(X, ActivationRecords.BYTES_256);
    a.subtract(BLOCKS, 1);
    a.whileNotZero(block);
    a.add(Gpr.RSP, STACK);
    a.leave();
    return a.code();
  }

  /** Puts the float scales of both registers of rows on the stack. */
  private void floats(int half) {
    for (int vector = 0; vector < 2; vector++) {
      field(half, ITEM, Address.of(WEIGHTS, BYTES * half), vector == 1);
      a.op(Op.VMOVUPS_STORE, ITEM, Address.of(Gpr.RSP, FLOATS + SLOT * half + BYTES * vector));
    }
  }

  /** Loads what stands for a 16-bit field on the stack: its floats. */
  void field(int half, Ymm dst, Address field, boolean upper) {
    halves(dst, field, upper, ahead());
  }

  private void block() {
    for (int vector = 0; vector < vectors(); vector++) {
      scales(vector);
      for (int t = 0; t < tokens; t++) {
        a.zero(sum(vector, t));
      }
    }
    products();
    for (int vector = 0; vector < vectors(); vector++) {
      results(vector);
    }
  }

  /** The same code for each register of rows: all that it reads stands a register further on. */
  private void registerAfterRegister() {
    a.move(COUNT, 2);
    a.move(SCALES, Gpr.RSP);
    a.add(SCALES, FLOATS);
    Assembler.Label again = a.here();
    block();
    a.add(WEIGHTS, BYTES);
    a.add(OUT, BYTES);
    a.add(SCALES, BYTES);
    a.subtract(COUNT, 1);
    a.whileNotZero(again);
    a.add(WEIGHTS, -2 * BYTES);
    a.add(OUT, -2 * BYTES);
  }

  /** Loads what all blocks need. */
  void begin() {}

  /** Puts the integer scales of a register of rows into its {@link #slot}. */
  abstract void scales(int vector);

  /** Adds a block's scaled sums to {@link #sum}. */
  abstract void products();

  /** Adds a block's results to those before. */
  abstract void results(int vector);

  /** The block's float scales of a register of rows. */
  final void floats(Ymm dst, int half, int vector) {
    Address place =
        joint
            ? Address.of(Gpr.RSP, FLOATS + SLOT * half + BYTES * vector)
            : Address.of(SCALES, SLOT * half);
    a.op(Op.VMOVUPS_LOAD, dst, place);
  }

  /** A register for sums of a group: there are two of each lane. */
  final Ymm group(int which, int vector, int token) {
    return new Ymm(which * MOST_TOKENS + lane(vector, token));
  }

  /** The register for S. */
  final Ymm sum(int vector, int token) {
    return new Ymm(2 * MOST_TOKENS + lane(vector, token));
  }

  /** Where word {@code index} of a block's scales stands, four groups each. */
  final Address slot(int index, int vector) {
    return Address.of(Gpr.RSP, SLOT * vector + BYTES * index);
  }

  /** Where word {@code index} of a block stands. */
  final Address word(int index, int vector) {
    return Address.of(WEIGHTS, BYTES * (halves + 2 * index + vector));
  }

  /** Loads a word of all rows. */
  final void load(Ymm dst, int index, int vector) {
    load(dst, word(index, vector), ahead());
  }

  /** The same of a word that was read before. */
  final void reload(Ymm dst, int index, int vector) {
    a.op(Op.VMOVUPS_LOAD, dst, word(index, vector));
  }

  /** Bytes to what is asked for. */
  final int ahead() {
    return BLOCKS_AHEAD * blockBytes * ROWS;
  }

  /**
   * Adds the products of four columns, the {@code word}th of their group, whose quants are 0 or
   * more.
   */
  final void multiply(int which, int vector, Ymm quants, int column, int word) {
    boolean first = vnni ? word == 0 : word % fitting == 0;
    for (int t = 0; t < tokens; t++) {
      add(group(which, vector, t), quants, each(t, column), first);
    }
  }

  /** Whether sums must be widened after {@code words} of a group that has so many in all. */
  final boolean full(int words, int all) {
    return words == all || (!vnni && words % fitting == 0);
  }

  /** Makes scales of a word of them in {@link #LOW}. */
  void scaleWord() {}

  /** Multiplies a group's sums with byte {@code index} of a word of scales, and adds them to S. */
  final void scaled(int which, int vector, Address scales, int index, boolean signed) {
    a.op(Op.VMOVUPS_LOAD, LOW, scales);
    scaleWord();
    if (vnni) {
      a.shift(Op.Shift.VPSLLD, LOW, LOW, 24 - 8 * index);
      a.shift(signed ? Op.Shift.VPSRAD : Op.Shift.VPSRLD, LOW, LOW, 24);
    } else {
      a.op(Op.VPSHUFB, LOW, LOW, a.constant(twice(index, signed)));
      if (signed) {
        a.shift(Op.Shift.VPSRAW, LOW, LOW, 8);
      }
    }
    for (int t = 0; t < tokens; t++) {
      Ymm group = group(which, vector, t);
      a.op(vnni ? Op.VPMULLD : Op.VPMADDWD, group, group, LOW);
      a.op(Op.VPADDD, sum(vector, t), sum(vector, t), group);
    }
  }

  /** Which bytes become both words of a lane: byte {@code index}, below or above a zero. */
  static byte[] twice(int index, boolean above) {
    byte[] places = new byte[16];
    for (int i = 0; i < 16; i++) {
      places[i] = (byte) ((i & 1) == (above ? 1 : 0) ? (i & ~3) + index : 0x80);
    }
    return places;
  }

  /** The even and the odd bytes of each lane as 16-bit words. */
  final void words(Ymm bytes, Ymm even, Ymm odd, boolean signed) {
    a.shift(Op.Shift.VPSLLW, even, bytes, 8);
    a.shift(signed ? Op.Shift.VPSRAW : Op.Shift.VPSRLW, even, even, 8);
    a.shift(signed ? Op.Shift.VPSRAW : Op.Shift.VPSRLW, odd, bytes, 8);
  }

  /** Adds {@code da * value} to the results so far. */
  final void add(int token, Ymm value, int vector) {
    a.op(Op.VMULPS, value, value, each(token, ActivationRecords.SCALE_256));
    a.op(Op.VMOVUPS_LOAD, ITEM, out(token, vector));
    a.op(Op.VADDPS, value, ITEM, value);
    a.op(Op.VMOVUPS_STORE, value, out(token, vector));
  }
}
