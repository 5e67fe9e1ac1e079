package io.wasmchord.jvm.machine;

/** Registers of 256 bits; the condition is register 15, all bits of a lane where it is met. */
final class NarrowLanes extends FloatLanes {
  private static final Ymm MASK = new Ymm(15);

  /** 32-bit lanes of two halves, each of which has a value's pieces side by side, in order. */
  private static final byte[] ORDER = words(0, 4, 1, 5, 2, 6, 3, 7);

  private final VexAssembler a;

  NarrowLanes() {
    this(new VexAssembler());
  }

  private NarrowLanes(VexAssembler a) {
    super(a);
    this.a = a;
  }

  private static byte[] words(int... values) {
    byte[] bytes = new byte[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[4 * i] = (byte) values[i];
    }
    return bytes;
  }

  private static Ymm ymm(Register register) {
    return new Ymm(register.number());
  }

  @Override
  int bytes() {
    return YmmWriter.BYTES;
  }

  @Override
  void op(Op op, Register dst, Register first, Register b) {
    a.op(op, ymm(dst), ymm(first), ymm(b));
  }

  @Override
  void op(Op op, Register dst, Register first, Address b) {
    a.op(op, ymm(dst), ymm(first), b);
  }

  @Override
  void each(Op op, Register dst, Register first, int bits) {
    a.op(op, ymm(dst), ymm(first), a.lanes(bits));
  }

  @Override
  void op(Op op, Register dst, Register b) {
    a.op(op, ymm(dst), ymm(b));
  }

  @Override
  void op(Op op, Register register, Address memory) {
    a.op(op, ymm(register), memory);
  }

  @Override
  void shift(Op.Shift shift, Register dst, Register first, int bits) {
    a.shift(shift, ymm(dst), ymm(first), bits);
  }

  @Override
  void broadcast(Register dst, int bits) {
    a.op(Op.VMOVUPS_LOAD, ymm(dst), a.lanes(bits));
  }

  @Override
  void load(Register dst, byte[] constant) {
    a.op(Op.VMOVUPS_LOAD, ymm(dst), a.constant(constant));
  }

  @Override
  void compare(Register first, Register b, int predicate) {
    a.op(Op.VCMPPS, MASK, ymm(first), ymm(b));
    a.raw(predicate);
  }

  @Override
  void compare(Register first, int bits, int predicate) {
    a.constant(Op.VCMPPS, MASK, ymm(first), a.lanes(bits), 1);
    a.raw(predicate);
  }

  @Override
  void zeroUnless(Op op, Register dst, Register first, Register b) {
    op(op, dst, first, b);
    a.op(Op.VPANDD, ymm(dst), ymm(dst), MASK);
  }

  @Override
  void zeroUnless(Op op, Register dst, Register b) {
    op(op, dst, b);
    a.op(Op.VPANDD, ymm(dst), ymm(dst), MASK);
  }

  @Override
  void choose(Register dst, Register then) {
    a.op(Op.VBLENDVPS, ymm(dst), ymm(dst), ymm(then));
    a.raw(MASK.number() << 4);
  }

  @Override
  void times(Register[] products, Register[] values, Address one) {
    Register all = products[products.length - 1];
    op(Op.VBROADCASTSS, all, one);
    for (int i = 0; i < products.length; i++) {
      op(Op.VMULPS, products[i], values[i], all);
    }
  }

  @Override
  void foldHalves(Op op, Register v, Register other) {
    swap(other, v);
    op(op, v, v, other);
  }

  private void swap(Register dst, Register from) {
    a.op(Op.VPERM2F128, ymm(dst), ymm(from), ymm(from));
    a.raw(1);
  }

  @Override
  void lowHalves(Register dst, Register from) {
    each(Op.VPANDD, dst, from, 0xFFFF);
    op(Op.VPACKUSDW, dst, dst, dst);
    a.gather(ymm(dst), ymm(dst));
    op(Op.VCVTPH2PS, dst, dst);
  }

  @Override
  void storeBytes(Register[] lanes, Address to) {
    op(Op.VPACKSSDW, lanes[0], lanes[0], lanes[1]);
    op(Op.VPACKSSDW, lanes[2], lanes[2], lanes[3]);
    op(Op.VPACKSSWB, lanes[0], lanes[0], lanes[2]);
    inOrder(lanes[0], lanes[0]);
    store(lanes[0], to);
  }

  /** Pieces of 32 bits that are in turn in the lower and in the upper half. */
  private void inOrder(Register dst, Register from) {
    a.op(Op.VMOVUPS_LOAD, MASK, a.constant(ORDER));
    a.op(Op.VPERMD, ymm(dst), MASK, ymm(from));
  }

  private void storeHalf(Register from, Address to) {
    op(Op.VEXTRACTF128, from, to);
    a.raw(0);
  }

  @Override
  void storeSums(Gpr record, Register... others) {
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 4; i++) { // 16 quants in each half of a register
        broadcast(others[i], 0x01010101);
        op(Op.VPMADDUBSW, others[i], others[i], Address.of(record, bytes() * (4 * half + i)));
        each(Op.VPMADDWD, others[i], others[i], 0x00010001);
      }
      op(Op.VPHADDD, others[0], others[0], others[1]);
      op(Op.VPHADDD, others[2], others[2], others[3]);
      op(Op.VPHADDD, others[0], others[0], others[2]); // sums 0, 2, 4, 6; 1, 3, 5, 7
      swap(others[1], others[0]);
      op(Op.VPADDD, others[1], others[1], others[0]);
      permute(others[1], others[1], 0xD8);
      op(Op.VPACKSSDW, others[1], others[1], others[1]);
      storeTwo(others[1], record, ActivationRecords.SUMS_32 + 8 * half);
      op(Op.VPACKSSDW, others[0], others[0], others[0]);
      inOrder(others[0], others[0]);
      storeHalf(others[0], Address.of(record, ActivationRecords.SUMS_16 + 16 * half));
    }
  }
}
