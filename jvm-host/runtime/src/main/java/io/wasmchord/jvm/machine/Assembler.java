package io.wasmchord.jvm.machine;

import java.util.Arrays;

/**
 * Writes x86-64 instructions: the few on general-purpose registers that a loop needs. Code has no
 * addresses of its own, so it may lie anywhere.
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

  final void octets(int... values) {
    for (int value : values) {
      octet(value);
    }
  }

  /** Bits B and X of a register in the last field. */
  static int register(int number) {
    return number >> 3;
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
