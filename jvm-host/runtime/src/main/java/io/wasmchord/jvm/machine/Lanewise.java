package io.wasmchord.jvm.machine;

/** Instructions that look at some lanes only, or at lanes of one register together. */
final class Lanewise {
  private static final int HALVES = 0x4E; // orders
  private static final int PAIRS = 0xB1;

  private Lanewise() {}

  /**
   * An operation on registers for the lanes in a mask.
   *
   * @param mask 1 to 7
   * @param zero whether the others become 0; else they stay, or the operation says what they are
   */
  static void masked(Assembler a, Op op, Zmm dst, Zmm second, Zmm last, int mask, boolean zero) {
    int r = dst.number();
    int b = last.number();
    int v = second.number();
    a.raw(
        0x62,
        (~r >> 3 & 1) << 7
            | (~b >> 4 & 1) << 6
            | (~b >> 3 & 1) << 5
            | (~r >> 4 & 1) << 4
            | op.map().bits(),
        (~v & 15) << 3 | 4 | op.prefix().bits(),
        (zero ? 0x80 : 0) | 0x40 | (~v >> 4 & 1) << 3 | mask,
        op.opcode(),
        0xC0 | (r & 7) << 3 | (b & 7));
  }

  /** All lanes become one result: of each and that 8 after it, then 4, 2 and 1. */
  static void fold(Assembler a, Op op, Zmm v, Zmm other) {
    for (int order : new int[] {HALVES, PAIRS}) {
      a.op(Op.VSHUFF32X4, other, v, v);
      a.raw(order);
      a.op(op, v, v, other);
    }
    for (int order : new int[] {HALVES, PAIRS}) {
      a.op(Op.VPERMILPS, other, v);
      a.raw(order);
      a.op(op, v, v, other);
    }
  }

  /** Stores the first lane of one of the first eight registers. */
  static void storeFirst(Assembler a, Zmm v, Gpr base, int offset) {
    store(a, 0xFA, 0x11, v, base, offset); // vmovss
  }

  /** Stores the first two lanes. */
  static void storeTwo(Assembler a, Zmm v, Gpr base, int offset) {
    store(a, 0xF9, 0xD6, v, base, offset); // vmovq
  }

  private static void store(Assembler a, int prefix, int opcode, Zmm v, Gpr base, int offset) {
    if (v.number() > 7 || base.number() > 7 || base == Gpr.RSP) {
      throw new IllegalArgumentException(v + " to " + base);
    }
    a.raw(0xC5, prefix, opcode, 0x80 | v.number() << 3 | base.number());
    a.raw(offset, offset >> 8, offset >> 16, offset >> 24);
  }

  /** Moves the first lane of one of the first eight registers to another register. */
  static void moveFirst(Assembler a, Gpr dst, Zmm v) {
    if (v.number() > 7 || dst.number() > 7) {
      throw new IllegalArgumentException(v + " to " + dst);
    }
    a.raw(0xC5, 0xF9, 0x7E, 0xC0 | v.number() << 3 | dst.number()); // vmovd
  }
}
