package io.wasmchord.jvm.machine;

/** Registers of 512 bits; the condition is a mask register. */
final class WideLanes extends FloatLanes {
  private static final int MASK = 1;

  private final EvexAssembler a;

  WideLanes() {
    this(new EvexAssembler());
  }

  private WideLanes(EvexAssembler a) {
    super(a);
    this.a = a;
  }

  private static Zmm zmm(Register register) {
    return new Zmm(register.number());
  }

  @Override
  int bytes() {
    return KernelWriter.BYTES;
  }

  @Override
  void op(Op op, Register dst, Register first, Register b) {
    a.op(op, zmm(dst), zmm(first), zmm(b));
  }

  @Override
  void op(Op op, Register dst, Register first, Address b) {
    a.op(op, zmm(dst), zmm(first), b);
  }

  @Override
  void each(Op op, Register dst, Register first, int bits) {
    a.each(op, zmm(dst), zmm(first), a.lanes(bits));
  }

  @Override
  void op(Op op, Register dst, Register b) {
    a.op(op, zmm(dst), zmm(b));
  }

  @Override
  void op(Op op, Register register, Address memory) {
    a.op(op, zmm(register), memory);
  }

  @Override
  void shift(Op.Shift shift, Register dst, Register first, int bits) {
    a.shift(shift, zmm(dst), zmm(first), bits);
  }

  @Override
  void broadcast(Register dst, int bits) {
    a.constant(Op.VBROADCASTSS, zmm(dst), new Zmm(0), a.lanes(bits), false, 0);
  }

  @Override
  void load(Register dst, byte[] constant) {
    a.constant(Op.VMOVUPS_LOAD, zmm(dst), new Zmm(0), a.constant(constant), false, 0);
  }

  @Override
  void compare(Register first, Register b, int predicate) {
    a.op(Op.VCMPPS, new Zmm(MASK), zmm(first), zmm(b));
    a.raw(predicate);
  }

  @Override
  void compare(Register first, int bits, int predicate) {
    a.constant(Op.VCMPPS, new Zmm(MASK), zmm(first), a.lanes(bits), true, 1);
    a.raw(predicate);
  }

  @Override
  void zeroUnless(Op op, Register dst, Register first, Register b) {
    a.masked(op, zmm(dst), zmm(first), zmm(b), MASK, true);
  }

  @Override
  void zeroUnless(Op op, Register dst, Register b) {
    a.masked(op, zmm(dst), new Zmm(0), zmm(b), MASK, true);
  }

  @Override
  void choose(Register dst, Register then) {
    a.masked(Op.VBLENDMPS, zmm(dst), zmm(dst), zmm(then), MASK, false);
  }

  @Override
  void times(Register[] products, Register[] values, Address one) {
    for (int i = 0; i < products.length; i++) {
      a.each(Op.VMULPS, zmm(products[i]), zmm(values[i]), one);
    }
  }

  @Override
  void foldHalves(Op op, Register v, Register other) {
    for (int order : new int[] {0x4E, 0xB1}) { // of quarters
      quarters(other, v, order);
      op(op, v, v, other);
    }
  }

  @Override
  void lowHalves(Register dst, Register from) {
    a.op(Op.VPMOVDW, zmm(from), zmm(dst));
    a.op(Op.VCVTPH2PS, zmm(dst), zmm(dst));
  }

  @Override
  void storeBytes(Register[] lanes, Address to) {
    for (int i = 0; i < lanes.length; i++) {
      a.op(Op.VPMOVDB, zmm(lanes[i]), to.plus(RUN * i));
    }
  }

  @Override
  void storeSums(Gpr record, Register... others) {
    for (int i = 0; i < ActivationRecords.SUMS_16 / bytes(); i++) {
      sums(record, i, others);
    }
  }

  /** Of the 64 quants {@code i}. */
  private void sums(Gpr record, int i, Register... others) {
    Register sums = others[0];
    Register pairs = others[1];
    Register other = others[2];
    Register before = others[3];
    broadcast(other, 0x01010101);
    zero(sums);
    op(Op.VPDPBUSD, sums, other, Address.of(record, bytes() * i));
    for (int order : new int[] {0x4E, 0xB1}) {
      permute(other, sums, order);
      op(Op.VPADDD, sums, sums, other);
    }
    quarters(pairs, sums, 0xB1);
    op(Op.VPADDD, pairs, pairs, sums); // quarters: the first sum of 32 twice, the second twice
    quarters(sums, sums, 0xD8);
    op(Op.VPMOVDW, sums, sums);
    op(Op.VPMOVQW, sums, sums);
    storeTwo(sums, record, ActivationRecords.SUMS_16 + 8 * i);
    if (i % 2 == 0) {
      each(Op.VPANDD, before, pairs, 0xFFFF);
      return;
    }
    shift(Op.Shift.VPSLLD, pairs, pairs, 16);
    op(Op.VPORD, pairs, pairs, before);
    quarters(pairs, pairs, 0x88);
    op(Op.VPMOVQD, pairs, pairs);
    permute(pairs, pairs, 0x08);
    storeTwo(pairs, record, ActivationRecords.SUMS_32 + 4 * (i - 1));
  }

  private void quarters(Register dst, Register from, int order) {
    op(Op.VSHUFF32X4, dst, from, from);
    a.raw(order);
  }
}
