package io.wasmchord.jvm.machine;

/**
 * Quantizes activations to Q8_0, as {@code io.wasmchord.quant.format.Q8_0} does: {@code f(x,
 * constants, records, blocks)}.
 */
final class QuantizeWriter {
  private static final Gpr X = Gpr.RDI;
  private static final Gpr RECORDS = Gpr.RDX;
  private static final Gpr BLOCKS = Gpr.RCX;

  private static final Zmm[] VALUES = {new Zmm(0), new Zmm(1)};
  private static final Zmm[] WHOLE = {new Zmm(2), new Zmm(3)};
  private static final Zmm MOST = new Zmm(4);
  private static final Zmm SCALE = new Zmm(5);
  private static final Zmm INVERSE = new Zmm(6);
  private static final Zmm OTHER = new Zmm(7);
  private static final Zmm ONE = new Zmm(16);
  private static final Zmm LARGEST = new Zmm(17);
  private static final Zmm MAGNITUDE = new Zmm(18);
  private static final Zmm HALF = new Zmm(19);
  private static final Zmm MINUS_HALF = new Zmm(20);
  private static final Zmm ONE_WHOLE = new Zmm(21);
  private static final Zmm LEAST_WHOLE = new Zmm(22);
  private static final Zmm MOST_WHOLE = new Zmm(23);
  private static final Zmm ZERO = new Zmm(24);

  private static final int NOT_EQUAL = 4; // predicates
  private static final int AT_LEAST = 13;
  private static final int AT_MOST = 2;
  private static final int ORDERED = 7;

  private final Assembler a = new Assembler();

  byte[] code() {
    a.broadcast(ONE, Float.floatToRawIntBits(1f));
    a.broadcast(LARGEST, Float.floatToRawIntBits(127f));
    a.broadcast(MAGNITUDE, 0x7FFFFFFF);
    a.broadcast(HALF, Float.floatToRawIntBits(0.5f));
    a.broadcast(MINUS_HALF, Float.floatToRawIntBits(-0.5f));
    a.broadcast(ONE_WHOLE, 1);
    a.broadcast(LEAST_WHOLE, -127);
    a.broadcast(MOST_WHOLE, 127);
    a.zero(ZERO);
    Assembler.Label block = a.here();
    a.op(Op.VPXORD, MOST, MOST, MOST);
    for (int v = 0; v < 2; v++) {
      a.op(Op.VMOVUPS_LOAD, VALUES[v], Address.of(X, KernelWriter.BYTES * v));
      a.op(Op.VPANDD, OTHER, VALUES[v], MAGNITUDE);
      a.op(Op.VMAXPS, MOST, OTHER, MOST);
    }
    Lanewise.fold(a, Op.VMAXPS, MOST, OTHER);
    a.op(Op.VDIVPS, SCALE, MOST, LARGEST);
    compare(SCALE, ZERO, NOT_EQUAL);
    Lanewise.masked(a, Op.VDIVPS, INVERSE, ONE, SCALE, 1, true);
    for (int v = 0; v < 2; v++) {
      quants(VALUES[v], WHOLE[v]);
      a.op(Op.VPMOVDB, WHOLE[v], Address.of(RECORDS, 16 * v));
    }
    a.op(Op.VPADDD, MOST, WHOLE[0], WHOLE[1]);
    Lanewise.fold(a, Op.VPADDD, MOST, OTHER);
    Lanewise.storeFirst(a, MOST, RECORDS, ActivationRecords.SUM_32);
    a.op(Op.VCVTPS2PH, SCALE, SCALE);
    a.raw(0); // to the nearest
    a.op(Op.VCVTPH2PS, SCALE, SCALE);
    Lanewise.storeFirst(a, SCALE, RECORDS, ActivationRecords.SCALE_32);
    a.add(X, 2 * KernelWriter.BYTES);
    a.add(RECORDS, ActivationRecords.BYTES_32);
    a.subtract(BLOCKS, 1);
    a.whileNotZero(block);
    a.leave();
    return a.code();
  }

  /** Rounds, halves away from zero; what is no number becomes 0. */
  private void quants(Zmm value, Zmm whole) {
    a.op(Op.VMULPS, value, value, INVERSE);
    a.op(Op.VCVTTPS2DQ, whole, value);
    a.op(Op.VCVTDQ2PS, OTHER, whole);
    a.op(Op.VSUBPS, OTHER, value, OTHER);
    compare(OTHER, HALF, AT_LEAST);
    Lanewise.masked(a, Op.VPADDD, whole, whole, ONE_WHOLE, 1, false);
    compare(OTHER, MINUS_HALF, AT_MOST);
    Lanewise.masked(a, Op.VPSUBD, whole, whole, ONE_WHOLE, 1, false);
    compare(value, value, ORDERED);
    a.op(Op.VPMAXSD, whole, whole, LEAST_WHOLE);
    Lanewise.masked(a, Op.VPMINSD, whole, whole, MOST_WHOLE, 1, true);
  }

  private void compare(Zmm first, Zmm second, int predicate) {
    a.op(Op.VCMPPS, new Zmm(1), first, second);
    a.raw(predicate);
  }
}
