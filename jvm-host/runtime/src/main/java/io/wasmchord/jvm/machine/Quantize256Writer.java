package io.wasmchord.jvm.machine;

import io.wasmchord.math.FloatMath;

/**
 * Quantizes activations to Q8_K, as {@code io.wasmchord.quant.format.Q8_K} does: {@code f(x,
 * constants, records, blocks)}.
 */
final class Quantize256Writer {
  private static final int VECTORS = 16;
  private static final Gpr X = Gpr.RDI;
  private static final Gpr CONSTANTS = Gpr.RSI;
  private static final Gpr RECORDS = Gpr.RDX;
  private static final Gpr BLOCKS = Gpr.RCX;

  private static final Zmm VALUE = new Zmm(0);
  private static final Zmm OTHER = new Zmm(1);
  private static final Zmm MOST = new Zmm(2);
  private static final Zmm FACTOR = new Zmm(3);
  private static final Zmm PLACE = new Zmm(4);
  private static final Zmm HERE = new Zmm(5);
  private static final Zmm SUMS = new Zmm(6);
  private static final Zmm PAIRS = new Zmm(7);
  private static final Zmm ONE = new Zmm(16);
  private static final Zmm LEAST = new Zmm(17);
  private static final Zmm LARGEST = new Zmm(18);
  private static final Zmm MAGNITUDE = new Zmm(19);
  private static final Zmm ROUND = new Zmm(20);
  private static final Zmm SIXTEEN = new Zmm(21);
  private static final Zmm ZERO = new Zmm(22);
  private static final Zmm ONES = new Zmm(23);
  private static final Zmm FARTHEST = new Zmm(24);
  private static final Zmm LOW = new Zmm(25);
  private static final Zmm BEFORE = new Zmm(26);

  private static final int EQUAL = 0; // predicates
  private static final int NOT_EQUAL = 4;
  private static final int ORDERED = 7;

  private final Assembler a = new Assembler();

  byte[] code() {
    a.broadcast(ONE, Float.floatToRawIntBits(1f));
    a.broadcast(LEAST, Float.floatToRawIntBits(-127f));
    a.broadcast(LARGEST, Float.floatToRawIntBits(127f));
    a.broadcast(MAGNITUDE, 0x7FFFFFFF);
    a.broadcast(ROUND, Float.floatToRawIntBits(FloatMath.ROUND));
    a.broadcast(SIXTEEN, 16);
    a.broadcast(ONES, 0x01010101);
    a.broadcast(FARTHEST, 255);
    a.broadcast(LOW, 0xFFFF);
    a.zero(ZERO);
    Assembler.Label block = a.here();
    largest();
    first();
    scales();
    for (int v = 0; v < VECTORS; v++) {
      quants(v);
    }
    for (int i = 0; i < VECTORS / 4; i++) {
      sums(i);
    }
    a.add(X, KernelWriter.BYTES * VECTORS);
    a.add(RECORDS, ActivationRecords.BYTES_256);
    a.subtract(BLOCKS, 1);
    a.whileNotZero(block);
    a.leave();
    return a.code();
  }

  private static Address x(int vector) {
    return Address.of(X, KernelWriter.BYTES * vector);
  }

  private void largest() {
    a.op(Op.VPXORD, MOST, MOST, MOST);
    for (int v = 0; v < VECTORS; v++) {
      a.op(Op.VPANDD, OTHER, MAGNITUDE, x(v));
      a.op(Op.VMAXPS, MOST, OTHER, MOST);
    }
    Lanewise.fold(a, Op.VMAXPS, MOST, OTHER);
  }

  /** The first value of the largest magnitude, in all lanes; any value where that is 0. */
  private void first() {
    a.op(Op.VPADDD, PLACE, FARTHEST, ZERO);
    a.op(Op.VMOVUPS_LOAD, HERE, Address.of(CONSTANTS, MathWriter.LAST_PLACES));
    for (int v = VECTORS - 1; v >= 0; v--) {
      a.op(Op.VPANDD, OTHER, MAGNITUDE, x(v));
      compare(OTHER, MOST, EQUAL);
      Lanewise.masked(a, Op.VPADDD, PLACE, HERE, ZERO, 1, false);
      a.op(Op.VPSUBD, HERE, HERE, SIXTEEN);
    }
    Lanewise.fold(a, Op.VPMINSD, PLACE, OTHER);
    Lanewise.moveFirst(a, Gpr.RAX, PLACE);
    a.op(Op.VBROADCASTSS, VALUE, new Address(X, Gpr.RAX, 4, 0));
  }

  private void scales() {
    compare(MOST, ZERO, NOT_EQUAL);
    Lanewise.masked(a, Op.VDIVPS, FACTOR, LEAST, VALUE, 1, true);
    Lanewise.masked(a, Op.VDIVPS, OTHER, ONE, FACTOR, 1, true);
    Lanewise.storeFirst(a, OTHER, RECORDS, ActivationRecords.SCALE_256);
  }

  /** Rounds, halves to even; what is no number becomes 0. */
  private void quants(int v) {
    a.op(Op.VMULPS, VALUE, FACTOR, x(v));
    a.op(Op.VADDPS, VALUE, VALUE, ROUND);
    a.op(Op.VSUBPS, VALUE, VALUE, ROUND);
    compare(VALUE, VALUE, ORDERED);
    a.op(Op.VMINPS, VALUE, VALUE, LARGEST);
    a.op(Op.VMAXPS, VALUE, VALUE, LEAST);
    Lanewise.masked(a, Op.VCVTTPS2DQ, VALUE, new Zmm(0), VALUE, 1, true);
    a.op(Op.VPMOVDB, VALUE, Address.of(RECORDS, 16 * v));
  }

  /** Sums of 16 and of 32 of the 64 quants {@code i}, in the records' order: 0, 2, 1, 3. */
  private void sums(int i) {
    a.op(Op.VPXORD, SUMS, SUMS, SUMS);
    a.op(Op.VPDPBUSD, SUMS, ONES, Address.of(RECORDS, KernelWriter.BYTES * i));
    for (int order : new int[] {0x4E, 0xB1}) {
      a.op(Op.VPERMILPS, OTHER, SUMS);
      a.raw(order);
      a.op(Op.VPADDD, SUMS, SUMS, OTHER);
    }
    a.op(Op.VSHUFF32X4, PAIRS, SUMS, SUMS);
    a.raw(0xB1);
    a.op(Op.VPADDD, PAIRS, PAIRS, SUMS); // quarters: the first sum of 32 twice, the second twice
    a.op(Op.VSHUFF32X4, SUMS, SUMS, SUMS);
    a.raw(0xD8);
    a.op(Op.VPMOVDW, SUMS, SUMS);
    a.op(Op.VPMOVQW, SUMS, SUMS);
    Lanewise.storeTwo(a, SUMS, RECORDS, ActivationRecords.SUMS_16 + 8 * i);
    if (i % 2 == 0) {
      a.op(Op.VPANDD, BEFORE, PAIRS, LOW);
      return;
    }
    a.shift(Op.Shift.VPSLLD, PAIRS, PAIRS, 16);
    a.op(Op.VPORD, PAIRS, PAIRS, BEFORE);
    a.op(Op.VSHUFF32X4, PAIRS, PAIRS, PAIRS);
    a.raw(0x88);
    a.op(Op.VPMOVQD, PAIRS, PAIRS);
    a.op(Op.VPERMILPS, PAIRS, PAIRS);
    a.raw(0x08);
    Lanewise.storeTwo(a, PAIRS, RECORDS, ActivationRecords.SUMS_32 + 4 * (i - 1));
  }

  private void compare(Zmm first, Zmm second, int predicate) {
    a.op(Op.VCMPPS, new Zmm(1), first, second);
    a.raw(predicate);
  }
}
