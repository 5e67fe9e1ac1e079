package io.wasmchord.jvm.machine;

/**
 * Writes the instructions of {@link Op} on 256-bit registers, with VEX (the manual, volume 2,
 * section 2.3).
 */
final class VexAssembler extends Assembler {
  private static final int WIDE = 1; // 256 bits

  /** {@code dst = op(a, b)}, or {@code dst = op(b)} where {@code a} is 0, as the manual orders. */
  void op(Op op, Ymm dst, Ymm a, Ymm b) {
    prefix(op, dst.number(), a.number(), register(b.number()));
    octet(0xC0 | (dst.number() & 7) << 3 | (b.number() & 7));
  }

  void op(Op op, Ymm dst, Ymm a, Address b) {
    int high = (b.base().number() & 8) >> 3 | (b.index() == null ? 0 : b.index().number() & 8) >> 2;
    prefix(op, dst.number(), a.number(), high);
    address(dst.number(), b, 1);
  }

  void op(Op op, Ymm dst, Ymm a, Constants.Constant b) {
    constant(op, dst, a, b, 0);
  }

  /**
   * The same.
   *
   * @param after bytes of the instruction that follow
   */
  void constant(Op op, Ymm dst, Ymm a, Constants.Constant b, int after) {
    prefix(op, dst.number(), a.number(), 0);
    constant(dst.number(), b, after);
  }

  /** An instruction with one source. */
  void op(Op op, Ymm dst, Ymm b) {
    op(op, dst, new Ymm(0), b);
  }

  /** The same from memory; or to it, for a store, whose source stands first. */
  void op(Op op, Ymm register, Address memory) {
    op(op, register, new Ymm(0), memory);
  }

  /** The same of a constant. */
  void op(Op op, Ymm dst, Constants.Constant b) {
    op(op, dst, new Ymm(0), b);
  }

  /** {@code dst = a} shifted. */
  void shift(Op.Shift shift, Ymm dst, Ymm a, int bits) {
    prefix(Op.Map.M0F, Op.Prefix.P66, new Operands(0, dst.number(), register(a.number()), 0));
    octet(shift.opcode());
    octet(0xC0 | shift.extension() << 3 | (a.number() & 7));
    octet(bits);
  }

  /** The first and the third quarter of 64 bits side by side, twice: vpermq. */
  void gather(Ymm dst, Ymm a) {
    prefix(Op.Map.M0F3A, Op.Prefix.P66, new Operands(dst.number(), 0, register(a.number()), 1));
    octet(0x00);
    octet(0xC0 | (dst.number() & 7) << 3 | (a.number() & 7));
    octet(0x88);
  }

  void zero(Ymm dst) {
    op(Op.VPXORD, dst, dst, dst);
  }

  private void prefix(Op op, int reg, int second, int last) {
    prefix(op.map(), op.prefix(), new Operands(reg, second, last, 0));
    octet(op.opcode());
  }

  /**
   * What the prefix has of operands.
   *
   * @param reg number in the register field
   * @param second number of the second operand
   * @param last bits B (1) and X (2) of the last operand
   * @param w the opcode's bit W
   */
  private record Operands(int reg, int second, int last, int w) {}

  /** Bits that extend a number stand inverted. */
  private void prefix(Op.Map map, Op.Prefix prefix, Operands o) {
    octet(0xC4);
    int r = ~o.reg >> 3 & 1;
    int x = ~o.last >> 1 & 1;
    int b = ~o.last & 1;
    octet(r << 7 | x << 6 | b << 5 | map.bits());
    octet(o.w << 7 | (~o.second & 15) << 3 | WIDE << 2 | prefix.bits());
  }
}
