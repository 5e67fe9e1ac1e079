package io.wasmchord.jvm.machine;

import java.util.Arrays;

/**
 * Writes x86-64 instructions: those of {@link Op} on 512-bit registers, and the few on
 * general-purpose ones that a loop needs. Code has no addresses of its own, so it may lie anywhere.
 */
class Assembler {
  private static final int REX_W = 0x48;

  private static final int FROM_HERE = 5; // the last field: an offset to the next instruction

  private final Constants constants = new Constants();
  private byte[] code = new byte[1 << 12];
  private int size;

  /** A place in the code. */
  record Label(int at) {}

  /** Bytes so far. */
  final int size() {
    return size;
  }

  /** The code so far, with the constants that it uses behind it. */
  final byte[] code() {
    return constants.behind(Arrays.copyOf(code, size));
  }

  /** All lanes of 32 bits the same. */
  final Constants.Constant lanes(int value) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < 32; i++) {
      bytes[i] = (byte) (value >> (8 * (i & 3)));
    }
    return constants.of(bytes);
  }

  /**
   * @param bytes 16 for each half of 32, or as many as a register has
   */
  final Constants.Constant constant(byte[] bytes) {
    if (bytes.length > 16) {
      return constants.of(bytes);
    }
    byte[] twice = Arrays.copyOf(bytes, 32);
    System.arraycopy(bytes, 0, twice, 16, 16);
    return constants.of(twice);
  }

  /**
   * The last operand of an instruction, a constant.
   *
   * @param after bytes of the instruction that follow
   */
  final void constant(int reg, Constants.Constant constant, int after) {
    octet((reg & 7) << 3 | FROM_HERE);
    constants.use(size, after, constant);
    word(0);
  }

  final void octet(int value) {
    if (size == code.length) {
      code = Arrays.copyOf(code, 2 * size);
    }
    code[size++] = (byte) value;
  }

  final void word(int value) {
    for (int i = 0; i < 4; i++) {
      octet(value >> (8 * i));
    }
  }

  private void octets(int... values) {
    for (int value : values) {
      octet(value);
    }
  }

  // 512-bit registers

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

  /** Bits B and X of a register in the last field. */
  static int register(int number) {
    return number >> 3;
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

  /** ModRM, SIB and offset. An offset that is a small multiple of {@code unit} takes one byte. */
  final void address(int reg, Address a, int unit) {
    boolean brief = a.offset() % unit == 0 && a.offset() / unit == (byte) (a.offset() / unit);
    int mode = brief ? 0x40 : 0x80;
    int field = (reg & 7) << 3;
    if (a.index() == null && (a.base().number() & 7) != 4) {
      octet(mode | field | (a.base().number() & 7));
    } else {
      int index = a.index() == null ? 4 : a.index().number() & 7;
      octet(mode | field | 4);
      octet(Integer.numberOfTrailingZeros(a.scale()) << 6 | index << 3 | (a.base().number() & 7));
    }
    if (brief) {
      octet(a.offset() / unit);
    } else {
      word(a.offset());
    }
  }

  // general-purpose registers

  private void wide(int opcode, int reg, Gpr rm) {
    octet(REX_W | (reg & 8) >> 1 | (rm.number() & 8) >> 3);
    octet(opcode);
    octet(0xC0 | (reg & 7) << 3 | (rm.number() & 7));
  }

  void move(Gpr dst, Gpr src) {
    wide(0x89, src.number(), dst);
  }

  void add(Gpr dst, Gpr src) {
    wide(0x01, src.number(), dst);
  }

  void add(Gpr dst, int value) {
    wide(0x81, 0, dst);
    word(value);
  }

  void subtract(Gpr dst, Gpr src) {
    wide(0x29, src.number(), dst);
  }

  /** Sets the flags that {@link #whileNotZero} looks at. */
  void subtract(Gpr dst, int value) {
    wide(0x81, 5, dst);
    word(value);
  }

  /** {@code dst = dst * value}. */
  void multiply(Gpr dst, int value) {
    octet(REX_W | (dst.number() & 8) >> 1 | (dst.number() & 8) >> 3);
    octet(0x69);
    octet(0xC0 | (dst.number() & 7) << 3 | (dst.number() & 7));
    word(value);
  }

  /** {@code dst = min(dst, src)} of signed numbers. */
  void least(Gpr dst, Gpr src) {
    wide(0x39, src.number(), dst); // cmp dst, src
    octet(REX_W | (dst.number() & 8) >> 1 | (src.number() & 8) >> 3);
    octets(0x0F, 0x4F); // cmovg dst, src
    octet(0xC0 | (dst.number() & 7) << 3 | (src.number() & 7));
  }

  /** {@code dst = value}. */
  void move(Gpr dst, int value) {
    wide(0xC7, 0, dst);
    word(value);
  }

  /**
   * Asks for a line of memory in the second-level cache before it is read; an address that is none
   * does no harm.
   */
  void prefetch(Address place) {
    if (place.index() != null || (place.base().number() & 7) == 4) {
      throw new IllegalArgumentException(place.toString());
    }
    octets(0x40 | (place.base().number() & 8) >> 3, 0x0F, 0x18);
    address(2, place, 1);
  }

  /** {@code RAX =} so many bytes of memory, 1, 2 or 4, and zeros above. */
  final void load(int bytes, Address src) {
    octet(0x40 | (src.base().number() & 8) >> 3);
    if (bytes == 4) {
      octet(0x8B);
    } else {
      octets(0x0F, bytes == 2 ? 0xB7 : 0xB6);
    }
    address(Gpr.RAX.number(), plain(src), 1);
  }

  /** Writes the lowest bytes of RAX, 1, 2 or 4. */
  final void store(int bytes, Address dst) {
    if (bytes == 2) {
      octet(0x66);
    }
    octets(0x40 | (dst.base().number() & 8) >> 3, bytes == 1 ? 0x88 : 0x89);
    address(Gpr.RAX.number(), plain(dst), 1);
  }

  private static Address plain(Address address) {
    if (address.index() != null) {
      throw new IllegalArgumentException(address.toString());
    }
    return address;
  }

  /** Writes a constant of four bytes. */
  void store(Address dst, int value) {
    if (dst.index() != null || (dst.base().number() & 7) == 4) {
      throw new IllegalArgumentException(dst.toString());
    }
    octets(0x40 | (dst.base().number() & 8) >> 3, 0xC7);
    address(0, dst, 1);
    word(value);
  }

  void push(Gpr register) {
    octets(0x40 | (register.number() & 8) >> 3, 0x50 | (register.number() & 7));
  }

  void pop(Gpr register) {
    octets(0x40 | (register.number() & 8) >> 3, 0x58 | (register.number() & 7));
  }

  /** Raw bytes, for the few instructions that are used once. */
  void raw(int... octets) {
    octets(octets);
  }

  Label here() {
    return new Label(size);
  }

  /** Jumps back while the last subtraction did not give zero. */
  void whileNotZero(Label target) {
    octets(0x0F, 0x85);
    word(target.at() - (size + 4));
  }

  /** Leaves the vector registers as code with narrower ones wants them, and returns. */
  void leave() {
    octets(0xC5, 0xF8, 0x77, 0xC3);
  }

  void ret() {
    octet(0xC3);
  }
}
