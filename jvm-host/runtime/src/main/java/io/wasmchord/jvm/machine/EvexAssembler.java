package io.wasmchord.jvm.machine;

/**
 * Writes the instructions of {@link Op} on 512-bit registers, with EVEX (the manual, volume 2,
 * section 2.7).
 */
final class EvexAssembler extends Assembler {
  /** {@code dst = op(a, b)}, or {@code dst = op(b)} where {@code a} is 0, as the manual orders. */
  void op(Op op, Zmm dst, Zmm a, Zmm b) {
    evex(op, dst.number(), a.number(), register(b.number()), false);
    octet(op.opcode());
    octet(0xC0 | (dst.number() & 7) << 3 | (b.number() & 7));
  }

  /** An operand in memory, whole. */
  void op(Op op, Zmm dst, Zmm a, Address b) {
    memory(op, dst, a, b, false);
  }

  /** An operand of one 32-bit value in memory, for all lanes. */
  void each(Op op, Zmm dst, Zmm a, Address b) {
    memory(op, dst, a, b, true);
  }

  /** A constant of one 32-bit value, for all lanes. */
  void each(Op op, Zmm dst, Zmm a, Constants.Constant b) {
    constant(op, dst, a, b, true, 0);
  }

  /**
   * A constant.
   *
   * @param each whether it is one 32-bit value for all lanes
   * @param after bytes of the instruction that follow
   */
  final void constant(Op op, Zmm dst, Zmm a, Constants.Constant b, boolean each, int after) {
    evex(op, dst.number(), a.number(), 0, each);
    octet(op.opcode());
    constant(dst.number(), b, after);
  }

  /** An instruction with one source. */
  void op(Op op, Zmm dst, Zmm b) {
    op(op, dst, new Zmm(0), b);
  }

  /** The same from memory; or to it, for a store, whose source stands first. */
  void op(Op op, Zmm register, Address memory) {
    op(op, register, new Zmm(0), memory);
  }

  /** {@code dst = f(dst, a, b)} bit by bit: bit 4 dst + 2 a + b of {@code table} is the result. */
  void ternary(Zmm dst, Zmm a, Zmm b, int table) {
    op(Op.VPTERNLOGD, dst, a, b);
    octet(table);
  }

  /**
   * An operation on registers for the lanes in a mask.
   *
   * @param mask 1 to 7
   * @param zero whether the others become 0; else they stay, or the operation says what they are
   */
  void masked(Op op, Zmm dst, Zmm second, Zmm last, int mask, boolean zero) {
    int r = dst.number();
    int b = last.number();
    int v = second.number();
    octets(
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

  /** {@code dst = a} shifted. */
  void shift(Op.Shift shift, Zmm dst, Zmm a, int bits) {
    prefix(
        Op.Map.M0F,
        Op.Prefix.P66,
        new Fields(shift.extension(), dst.number(), register(a.number()), false));
    octet(shift.opcode());
    octet(0xC0 | shift.extension() << 3 | (a.number() & 7));
    octet(bits);
  }

  /** All lanes a constant; RAX is lost. */
  void broadcast(Zmm dst, int value) {
    octet(0xB8); // mov eax, imm32
    word(value);
    evex(Op.VPBROADCASTD_GPR, dst.number(), 0, register(Gpr.RAX.number()), false);
    octet(Op.VPBROADCASTD_GPR.opcode());
    octet(0xC0 | (dst.number() & 7) << 3 | Gpr.RAX.number());
  }

  void zero(Zmm dst) {
    op(Op.VPXORD, dst, dst, dst);
  }

  private void memory(Op op, Zmm dst, Zmm a, Address b, boolean each) {
    int high = (b.base().number() & 8) >> 3 | (b.index() == null ? 0 : b.index().number() & 8) >> 2;
    evex(op, dst.number(), a.number(), high, each);
    octet(op.opcode());
    address(dst.number(), b, each ? 4 : op.memoryBytes());
  }

  private void evex(Op op, int reg, int second, int last, boolean each) {
    prefix(op.map(), op.prefix(), new Fields(reg, second, last, each));
  }

  /**
   * What the prefix has of operands.
   *
   * @param reg number in the register field
   * @param second number of the second operand
   * @param last bits B (1) and X (2) of the last operand
   * @param each whether one value in memory is for all lanes
   */
  private record Fields(int reg, int second, int last, boolean each) {}

  /** The manual, volume 2, section 2.7.1. Bits that extend a number stand inverted. */
  private void prefix(Op.Map map, Op.Prefix prefix, Fields f) {
    octet(0x62);
    int r = ~f.reg >> 3 & 1;
    int r2 = ~f.reg >> 4 & 1;
    int x = ~f.last >> 1 & 1;
    int b = ~f.last & 1;
    octet(r << 7 | x << 6 | b << 5 | r2 << 4 | map.bits());
    octet((~f.second & 15) << 3 | 4 | prefix.bits());
    octet(2 << 5 | (f.each ? 1 << 4 : 0) | (~f.second >> 4 & 1) << 3);
  }
}
