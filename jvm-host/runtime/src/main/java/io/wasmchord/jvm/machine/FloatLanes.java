package io.wasmchord.jvm.machine;

/**
 * Instructions on whole vector registers, for code that is the same at either width. Values are
 * taken in runs of sixteen: one register of 512 bits, or two of 256. Of the registers 0 to 14 are
 * for the code; one more holds a condition where the processor keeps it in one.
 *
 * <p>Operands stand as in the manual: {@code dst = op(a, b)}.
 */
abstract sealed class FloatLanes permits WideLanes, NarrowLanes {
  /** Values of a run. */
  static final int RUN = 16;

  /** Bytes of a run. */
  static final int RUN_BYTES = 4 * RUN;

  static final int LESS = 1; // predicates
  static final int AT_MOST = 2;
  static final int EQUAL = 0;
  static final int NOT_EQUAL = 4;
  static final int NOT_LESS = 5;
  static final int ORDERED = 7;
  static final int AT_LEAST = 13;
  static final int GREATER = 14;

  private static final int HALVES = 0x4E; // orders
  private static final int PAIRS = 0xB1;

  private final Assembler assembler;

  FloatLanes(Assembler assembler) {
    this.assembler = assembler;
  }

  /**
   * A vector register.
   *
   * @param number 0 to 31; with 256 bits 0 to 15
   */
  record Register(int number) {
    /** As many that follow each other. */
    static Register[] from(int first, int count) {
      Register[] all = new Register[count];
      for (int i = 0; i < count; i++) {
        all[i] = new Register(first + i);
      }
      return all;
    }
  }

  static FloatLanes of(Variant variant) {
    return variant.bits() == 512 ? new WideLanes() : new NarrowLanes();
  }

  /** Writes all instructions on other registers. */
  final Assembler code() {
    return assembler;
  }

  /** Bytes of a register. */
  abstract int bytes();

  /** Registers of a run. */
  final int parts() {
    return RUN_BYTES / bytes();
  }

  abstract void op(Op op, Register dst, Register a, Register b);

  abstract void op(Op op, Register dst, Register a, Address b);

  /** A constant for all lanes. */
  abstract void each(Op op, Register dst, Register a, int bits);

  /** An instruction with one source; of a store's kind, the register field stands first. */
  abstract void op(Op op, Register dst, Register b);

  /** The same from memory; or to it, for a store, whose source stands first. */
  abstract void op(Op op, Register register, Address memory);

  abstract void shift(Op.Shift shift, Register dst, Register a, int bits);

  /** All lanes a constant. */
  abstract void broadcast(Register dst, int bits);

  /** The lanes of a constant, {@link #bytes} of them. */
  abstract void load(Register dst, byte[] constant);

  /** The condition: what of each lane is so. */
  abstract void compare(Register a, Register b, int predicate);

  /** The same with a constant. */
  abstract void compare(Register a, int bits, int predicate);

  /** {@code dst = op(a, b)}, and 0 where the condition is not met. */
  abstract void zeroUnless(Op op, Register dst, Register a, Register b);

  /** The same of an instruction with one source. */
  abstract void zeroUnless(Op op, Register dst, Register b);

  /** {@code dst = then} where the condition is met; other lanes stay. */
  abstract void choose(Register dst, Register then);

  /** Of each lane of v and that 8 after it, where there are so many, then 4. */
  abstract void foldHalves(Op op, Register v, Register other);

  /** The halves in the lower half of each lane become floats. */
  abstract void lowHalves(Register dst, Register a);

  /**
   * Stores the low bytes of 32 lanes, of whole numbers from -128 to 127. The registers and the
   * condition are lost.
   */
  abstract void storeBytes(Register[] lanes, Address to);

  /**
   * Stores the sums of a record's 256 quants, which were stored: of 16 and of 32 of them each, of
   * every four in the order 0, 2, 1, 3.
   *
   * @param others four registers of the first eight
   */
  abstract void storeSums(Gpr record, Register... others);

  /** Products of registers with one float in memory. */
  abstract void times(Register[] products, Register[] values, Address one);

  final void each(Op op, Register dst, Register a, float value) {
    each(op, dst, a, Float.floatToRawIntBits(value));
  }

  final void broadcast(Register dst, float value) {
    broadcast(dst, Float.floatToRawIntBits(value));
  }

  final void compare(Register a, float value, int predicate) {
    compare(a, Float.floatToRawIntBits(value), predicate);
  }

  final void load(Register dst, Address from) {
    op(Op.VMOVUPS_LOAD, dst, from);
  }

  final void store(Register src, Address to) {
    op(Op.VMOVUPS_STORE, src, to);
  }

  final void zero(Register dst) {
    op(Op.VPXORD, dst, dst, dst);
  }

  /** {@code dst = a} with its lanes within quarters of four in another order. */
  final void permute(Register dst, Register a, int order) {
    op(Op.VPERMILPS, dst, a);
    assembler.raw(order);
  }

  /** All lanes of the first become one result: of each and that 8 after it, then 4, 2 and 1. */
  final void fold(Op op, Register[] run, Register other) {
    for (int i = 1; i < run.length; i++) {
      op(op, run[0], run[0], run[i]);
    }
    foldHalves(op, run[0], other);
    for (int order : new int[] {HALVES, PAIRS}) {
      permute(other, run[0], order);
      op(op, run[0], run[0], other);
    }
  }

  /** Stores the first lane of one of the first eight registers. */
  final void storeFirst(Register v, Gpr base, int offset) {
    store(0xFA, 0x11, v, base, offset); // vmovss
  }

  /** Stores the first two lanes. */
  final void storeTwo(Register v, Gpr base, int offset) {
    store(0xF9, 0xD6, v, base, offset); // vmovq
  }

  private void store(int prefix, int opcode, Register v, Gpr base, int offset) {
    if (v.number > 7 || base.number() > 7 || base == Gpr.RSP) {
      throw new IllegalArgumentException(v + " to " + base);
    }
    assembler.raw(0xC5, prefix, opcode, 0x80 | v.number << 3 | base.number());
    assembler.raw(offset, offset >> 8, offset >> 16, offset >> 24);
  }

  /** Moves the first lane of one of the first eight registers to another register. */
  final void moveFirst(Gpr dst, Register v) {
    if (v.number > 7 || dst.number() > 7) {
      throw new IllegalArgumentException(v + " to " + dst);
    }
    assembler.raw(0xC5, 0xF9, 0x7E, 0xC0 | v.number << 3 | dst.number()); // vmovd
  }
}
