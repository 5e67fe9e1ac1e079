package io.wasmchord.jvm.machine;

import io.wasmchord.jvm.machine.FloatLanes.Register;
import io.wasmchord.math.FloatMath;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Quantizes activations to Q8_K, as {@code io.wasmchord.quant.format.Q8_K} does: {@code f(x,
 * records, blocks)}.
 */
final class Quantize256Writer {
  private static final int VALUES = 256;
  private static final int TOGETHER = 32; // whose bytes are stored at once
  private static final Gpr X = Gpr.RDI;
  private static final Gpr RECORDS = Gpr.RSI;
  private static final Gpr BLOCKS = Gpr.RDX;

  private static final Register VALUE = new Register(0);
  private static final Register OTHER = new Register(1);
  private static final Register MOST = new Register(2);
  private static final Register FACTOR = new Register(3);
  private static final Register PLACE = new Register(4);
  private static final Register HERE = new Register(5);
  private static final Register[] QUANTS = Register.from(4, 4);
  private static final Register ONE = new Register(8);
  private static final Register LEAST = new Register(9);
  private static final Register MAGNITUDE = new Register(10);
  private static final Register ROUND = new Register(11);

  private final FloatLanes a;
  private final int lanes;
  private final int vectors;

  Quantize256Writer(Variant variant) {
    this.a = FloatLanes.of(variant);
    this.lanes = a.bytes() / 4;
    this.vectors = VALUES / lanes;
  }

  byte[] code() {
    Assembler code = a.code();
    a.broadcast(ONE, 1f);
    a.broadcast(LEAST, -127f);
    a.broadcast(MAGNITUDE, 0x7FFFFFFF);
    a.broadcast(ROUND, FloatMath.ROUND);
    Assembler.Label block = code.here();
    largest();
    first();
    scales();
    Register[] quants = Arrays.copyOf(QUANTS, TOGETHER / lanes);
    for (int v = 0; v < vectors; v += quants.length) {
      for (int i = 0; i < quants.length; i++) {
        quants(quants[i], v + i);
      }
      a.storeBytes(quants, Address.of(RECORDS, lanes * v));
    }
    a.storeSums(RECORDS, QUANTS);
    code.add(X, 4 * VALUES);
    code.add(RECORDS, ActivationRecords.BYTES_256);
    code.subtract(BLOCKS, 1);
    code.whileNotZero(block);
    code.leave();
    return code.code();
  }

  private Address x(int vector) {
    return Address.of(X, a.bytes() * vector);
  }

  private void largest() {
    a.zero(MOST);
    for (int v = 0; v < vectors; v++) {
      a.op(Op.VPANDD, OTHER, MAGNITUDE, x(v));
      a.op(Op.VMAXPS, MOST, OTHER, MOST);
    }
    a.fold(Op.VMAXPS, new Register[] {MOST}, OTHER);
  }

  /** The first value of the largest magnitude, in all lanes; any value where that is 0. */
  private void first() {
    a.broadcast(PLACE, VALUES - 1);
    a.load(HERE, lastPlaces());
    for (int v = vectors - 1; v >= 0; v--) {
      a.op(Op.VPANDD, OTHER, MAGNITUDE, x(v));
      a.compare(OTHER, MOST, FloatLanes.EQUAL);
      a.choose(PLACE, HERE);
      a.each(Op.VPSUBD, HERE, HERE, lanes);
    }
    a.fold(Op.VPMINSD, new Register[] {PLACE}, OTHER);
    a.moveFirst(Gpr.RAX, PLACE);
    a.op(Op.VBROADCASTSS, VALUE, new Address(X, Gpr.RAX, 4, 0));
  }

  private byte[] lastPlaces() {
    ByteBuffer places = ByteBuffer.allocate(a.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = VALUES - lanes; i < VALUES; i++) {
      places.putInt(i);
    }
    return places.array();
  }

  private void scales() {
    a.compare(MOST, 0f, FloatLanes.NOT_EQUAL);
    a.zeroUnless(Op.VDIVPS, FACTOR, LEAST, VALUE);
    a.zeroUnless(Op.VDIVPS, OTHER, ONE, FACTOR);
    a.storeFirst(OTHER, RECORDS, ActivationRecords.SCALE_256);
  }

  /** Rounds, halves to even; what is no number becomes 0. */
  private void quants(Register quants, int v) {
    a.op(Op.VMULPS, VALUE, FACTOR, x(v));
    a.op(Op.VADDPS, VALUE, VALUE, ROUND);
    a.op(Op.VSUBPS, VALUE, VALUE, ROUND);
    a.compare(VALUE, VALUE, FloatLanes.ORDERED);
    a.each(Op.VMINPS, VALUE, VALUE, 127f);
    a.each(Op.VMAXPS, VALUE, VALUE, -127f);
    a.zeroUnless(Op.VCVTTPS2DQ, quants, VALUE);
  }
}
