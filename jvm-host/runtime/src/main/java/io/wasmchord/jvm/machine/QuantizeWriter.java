package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;

/**
 * Quantizes activations to Q8_0, as {@code io.wasmchord.quant.format.Q8_0} does: {@code f(x,
 * records, blocks)}.
 */
final class QuantizeWriter {
  private static final Gpr X = Gpr.RDI;
  private static final Gpr RECORDS = Gpr.RSI;
  private static final Gpr BLOCKS = Gpr.RDX;

  private static final Register MOST = new Register(4);
  private static final Register SCALE = new Register(5);
  private static final Register INVERSE = new Register(6);
  private static final Register OTHER = new Register(7);
  private static final Register WHOLE = new Register(8);
  private static final Register ONE = new Register(9);
  private static final Register LARGEST = new Register(10);
  private static final Register MAGNITUDE = new Register(11);
  private static final Register ONE_WHOLE = new Register(12);
  private static final Register STEP = new Register(13);

  private final FloatLanes a;
  private final Register[] values;

  QuantizeWriter(Variant variant) {
    this.a = FloatLanes.of(variant);
    this.values = Register.from(0, 2 * a.parts());
  }

  byte[] code() {
    Assembler code = a.code();
    a.broadcast(ONE, 1f);
    a.broadcast(LARGEST, 127f);
    a.broadcast(MAGNITUDE, 0x7FFFFFFF);
    a.broadcast(ONE_WHOLE, 1);
    Assembler.Label block = code.here();
    a.zero(MOST);
    for (int v = 0; v < values.length; v++) {
      a.load(values[v], Address.of(X, a.bytes() * v));
      a.op(Op.VPANDD, OTHER, values[v], MAGNITUDE);
      a.op(Op.VMAXPS, MOST, OTHER, MOST);
    }
    a.fold(Op.VMAXPS, new Register[] {MOST}, OTHER);
    a.op(Op.VDIVPS, SCALE, MOST, LARGEST);
    a.compare(SCALE, 0f, FloatLanes.NOT_EQUAL);
    a.zeroUnless(Op.VDIVPS, INVERSE, ONE, SCALE);
    a.zero(MOST);
    for (Register value : values) {
      quants(value);
      a.op(Op.VPADDD, MOST, MOST, value);
    }
    a.storeBytes(values, Address.of(RECORDS, 0));
    a.fold(Op.VPADDD, new Register[] {MOST}, OTHER);
    a.storeFirst(MOST, RECORDS, ActivationRecords.SUM_32);
    a.op(Op.VCVTPS2PH, SCALE, SCALE);
    code.raw(0); // to the nearest
    a.op(Op.VCVTPH2PS, SCALE, SCALE);
    a.storeFirst(SCALE, RECORDS, ActivationRecords.SCALE_32);
    code.add(X, 2 * FloatLanes.RUN_BYTES);
    code.add(RECORDS, ActivationRecords.BYTES_32);
    code.subtract(BLOCKS, 1);
    code.whileNotZero(block);
    code.leave();
    return code.code();
  }

  /** Rounds, halves away from zero; what is no number becomes 0. */
  private void quants(Register value) {
    a.op(Op.VMULPS, value, value, INVERSE);
    a.op(Op.VCVTTPS2DQ, WHOLE, value);
    a.op(Op.VCVTDQ2PS, OTHER, WHOLE);
    a.op(Op.VSUBPS, OTHER, value, OTHER);
    away(0.5f, FloatLanes.AT_LEAST, Op.VPADDD);
    away(-0.5f, FloatLanes.AT_MOST, Op.VPSUBD);
    a.each(Op.VPMAXSD, WHOLE, WHOLE, -127);
    a.each(Op.VPMINSD, WHOLE, WHOLE, 127);
    a.compare(value, value, FloatLanes.ORDERED);
    a.zeroUnless(Op.VPANDD, value, WHOLE, WHOLE);
  }

  /** Adds or takes off 1 where the rest says so. */
  private void away(float half, int predicate, Op op) {
    a.compare(OTHER, half, predicate);
    a.zeroUnless(Op.VPANDD, STEP, ONE_WHOLE, ONE_WHOLE);
    a.op(op, WHOLE, WHOLE, STEP);
  }
}
