package io.wasmchord.jvm.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Elementary functions of sixteen values, operation for operation those of {@code
 * io.wasmchord.math.FloatMath}.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // constants are written as they are published
final class MathWriter {
  static final Zmm ONE = new Zmm(31);

  private static final int MASK = 1; // a mask register
  private static final int LESS = 1; // predicates
  private static final int NOT_LESS = 5;

  private static final float ROUND = 12582912f;
  private static final float[] NUMBERS = {
    1.442695041f, ROUND, 0.693359375f, -2.12194440e-4f, 1.9875691500e-4f, 1.3981999507e-3f,
    8.3334519073e-3f, 4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f, -87.33654f,
    Float.intBitsToFloat(127), // an integer
    // from 12 on: of geluErf
    Float.intBitsToFloat(0x7FFFFFFF), 0.27f, 0.028855205f, -0.12595242f, 0.1686402f, -0.06784261f,
    0.106835134f, 0.072493754f, 0.10169046f, 0.10756076f, 0.10771954f, -0.5f
  };
  private static final MemorySegment CONSTANTS =
      Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, NUMBERS);

  private final Assembler a;
  private final Gpr constants;

  /**
   * @param constants a register with {@link #address}
   */
  MathWriter(Assembler a, Gpr constants) {
    this.a = a;
    this.constants = constants;
  }

  /** Where the constants are. */
  static long address() {
    return CONSTANTS.address();
  }

  /** Before the others. */
  void begin() {
    a.broadcast(ONE, Float.floatToRawIntBits(1f));
  }

  private Address number(int index) {
    return Address.of(constants, 4 * index);
  }

  /**
   * {@code dst = exp(x)} of what is at most 0, or no number.
   *
   * @param t three other registers
   */
  void exp(Zmm dst, Zmm x, Zmm... t) {
    Zmm k = t[0];
    Zmm r = t[1];
    Zmm s = t[2];
    a.each(Op.VMULPS, k, x, number(0));
    a.each(Op.VADDPS, k, k, number(1));
    a.each(Op.VSUBPS, k, k, number(1));
    a.each(Op.VMULPS, r, k, number(2));
    a.op(Op.VSUBPS, r, x, r);
    a.each(Op.VMULPS, s, k, number(3));
    a.op(Op.VSUBPS, r, r, s);
    a.each(Op.VCMPPS, new Zmm(MASK), x, number(10));
    a.raw(NOT_LESS);
    a.op(Op.VBROADCASTSS, dst, number(4));
    for (int i = 5; i < 10; i++) {
      a.op(Op.VMULPS, dst, dst, r);
      a.each(Op.VADDPS, dst, dst, number(i));
    }
    a.op(Op.VMULPS, s, r, r);
    a.op(Op.VMULPS, dst, dst, s);
    a.op(Op.VADDPS, dst, dst, r);
    a.op(Op.VADDPS, dst, dst, ONE);
    a.op(Op.VCVTTPS2DQ, k, k);
    a.shift(Op.Shift.VPSRAD, r, k, 1);
    a.op(Op.VPSUBD, k, k, r);
    powerOfTwo(r);
    powerOfTwo(k);
    a.op(Op.VMULPS, dst, dst, r);
    masked(Op.VMULPS, dst, dst, k, true);
  }

  private void powerOfTwo(Zmm n) {
    a.each(Op.VPADDD, n, n, number(11));
    a.shift(Op.Shift.VPSLLD, n, n, 23);
  }

  /**
   * {@code dst = geluErf(x)}.
   *
   * @param t five other registers
   */
  void geluErf(Zmm dst, Zmm x, Zmm... t) {
    Zmm u = t[3];
    Zmm p = t[4];
    a.each(Op.VPANDD, u, x, number(12));
    a.each(Op.VMULPS, u, u, number(13));
    a.op(Op.VADDPS, u, u, ONE);
    a.op(Op.VDIVPS, u, ONE, u);
    a.op(Op.VBROADCASTSS, p, number(14));
    for (int i = 15; i < 23; i++) {
      a.op(Op.VMULPS, p, p, u);
      a.each(Op.VADDPS, p, p, number(i));
    }
    a.op(Op.VMULPS, p, p, u);
    a.op(Op.VMULPS, u, x, x);
    a.each(Op.VMULPS, u, u, number(23));
    exp(dst, u, t[0], t[1], t[2]);
    a.op(Op.VMULPS, p, p, dst); // the tail
    a.op(Op.VSUBPS, dst, ONE, p);
    a.op(Op.VMULPS, dst, x, dst);
    a.op(Op.VMULPS, p, x, p);
    a.zero(u);
    a.op(Op.VCMPPS, new Zmm(MASK), x, u);
    a.raw(LESS);
    masked(Op.VBLENDMPS, dst, dst, p, false);
  }

  /** With the mask; lanes that are not in it become 0, or the operation says what they are. */
  private void masked(Op op, Zmm dst, Zmm second, Zmm last, boolean zero) {
    int r = dst.number();
    int b = last.number();
    int v = second.number();
    a.raw(
        0x62,
        (~r >> 3 & 1) << 7
            | (~b >> 4 & 1) << 6
            | (~b >> 3 & 1) << 5
            | (~r >> 4 & 1) << 4
            | op.map().bits(),
        (~v & 15) << 3 | 4 | op.prefix().bits(),
        (zero ? 0x80 : 0) | 0x40 | (~v >> 4 & 1) << 3 | MASK,
        op.opcode(),
        0xC0 | (r & 7) << 3 | (b & 7));
  }
}
