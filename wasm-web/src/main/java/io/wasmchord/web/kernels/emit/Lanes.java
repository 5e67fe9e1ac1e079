package io.wasmchord.web.kernels.emit;

import io.wasmchord.math.FloatMath;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * float32 arithmetic on one value or on four, so that a formula is written once and emitted for the
 * vector loop and for the rest of its range.
 */
public interface Lanes<T extends Expr> {
  /** Bytes of one {@code T} in memory. */
  int bytes();

  T constant(float value);

  T load(I32 address, int offset);

  void store(I32 address, int offset, T value);

  /** Keeps a value that is used more than once. */
  T let(T value);

  /** Changes what {@link #let} kept. */
  void set(T variable, T value);

  /** The float at an address, in every lane. */
  T broadcast(I32 address);

  /** A float in every lane. */
  T splat(F32 value);

  T add(T a, T b);

  T sub(T a, T b);

  T mul(T a, T b);

  T div(T a, T b);

  T abs(T a);

  /** {@code a < b ? yes : no}. */
  T ifLess(T a, T b, T yes, T no);

  /**
   * {@code (y * 2^(n >> 1)) * 2^(n - (n >> 1))}, where {@code n} was rounded by adding {@link
   * FloatMath#ROUND}.
   */
  T scaleByPower(T y, T roundedPlusRound);

  /** One value. */
  record Single(Code code) implements Lanes<F32> {
    @Override
    public int bytes() {
      return 4;
    }

    @Override
    public F32 constant(float value) {
      return F32.of(value);
    }

    @Override
    public F32 load(I32 address, int offset) {
      return F32.load(address, offset);
    }

    @Override
    public void store(I32 address, int offset, F32 value) {
      code.store(address, offset, value);
    }

    @Override
    public F32 let(F32 value) {
      return code.f32(value);
    }

    @Override
    public void set(F32 variable, F32 value) {
      code.set((F32.Local) variable, value);
    }

    @Override
    public F32 broadcast(I32 address) {
      return F32.load(address, 0);
    }

    @Override
    public F32 splat(F32 value) {
      return value;
    }

    @Override
    public F32 add(F32 a, F32 b) {
      return a.plus(b);
    }

    @Override
    public F32 sub(F32 a, F32 b) {
      return a.minus(b);
    }

    @Override
    public F32 mul(F32 a, F32 b) {
      return a.times(b);
    }

    @Override
    public F32 div(F32 a, F32 b) {
      return a.over(b);
    }

    @Override
    public F32 abs(F32 a) {
      return a.abs();
    }

    @Override
    public F32 ifLess(F32 a, F32 b, F32 yes, F32 no) {
      return F32.select(a.lt(b), yes, no);
    }

    @Override
    public F32 scaleByPower(F32 y, F32 roundedPlusRound) {
      I32.Local n = code.i32(roundedPlusRound.bits().minus(Vector.ROUND_BITS));
      I32.Local half = code.i32(n.shrS(1));
      return y.times(power(half)).times(power(n.minus(half)));
    }

    private static F32 power(I32 n) {
      return F32.ofBits(n.plus(127).shl(23));
    }
  }

  /** Four values. */
  record Vector(Code code) implements Lanes<V128> {
    static final int ROUND_BITS = Float.floatToRawIntBits(FloatMath.ROUND);

    @Override
    public int bytes() {
      return 16;
    }

    @Override
    public V128 constant(float value) {
      return V128.f32x4(value);
    }

    @Override
    public V128 load(I32 address, int offset) {
      return V128.load(address, offset);
    }

    @Override
    public void store(I32 address, int offset, V128 value) {
      code.store(address, offset, value);
    }

    @Override
    public V128 let(V128 value) {
      return code.v128(value);
    }

    @Override
    public void set(V128 variable, V128 value) {
      code.set((V128.Local) variable, value);
    }

    @Override
    public V128 broadcast(I32 address) {
      return V128.load32Splat(address, 0);
    }

    @Override
    public V128 splat(F32 value) {
      return V128.splat(value);
    }

    @Override
    public V128 add(V128 a, V128 b) {
      return a.f32x4Add(b);
    }

    @Override
    public V128 sub(V128 a, V128 b) {
      return a.f32x4Sub(b);
    }

    @Override
    public V128 mul(V128 a, V128 b) {
      return a.f32x4Mul(b);
    }

    @Override
    public V128 div(V128 a, V128 b) {
      return a.f32x4Div(b);
    }

    @Override
    public V128 abs(V128 a) {
      return V128.of(Opcode.F32X4_ABS, a);
    }

    @Override
    public V128 ifLess(V128 a, V128 b, V128 yes, V128 no) {
      return V128.bitselect(yes, no, V128.of(Opcode.F32X4_LT, a, b));
    }

    @Override
    public V128 scaleByPower(V128 y, V128 roundedPlusRound) {
      V128.Local n = code.v128(roundedPlusRound.i32x4Sub(V128.i32x4(ROUND_BITS)));
      V128.Local half = code.v128(n.i32x4ShrS(1));
      return y.f32x4Mul(power(half)).f32x4Mul(power(n.i32x4Sub(half)));
    }

    private static V128 power(V128 n) {
      return n.i32x4Add(V128.i32x4(127)).i32x4Shl(23);
    }
  }
}
