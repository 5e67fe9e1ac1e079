package io.wasmchord.web.assembler;

import java.util.function.Consumer;

/**
 * An expression of type v128. The shape stands in a method's name as in the instruction's: {@code
 * f32x4Add} adds four floats.
 */
public sealed class V128 extends Expr {
  V128(Consumer<ByteSink> emitter) {
    super(emitter);
  }

  /** A local variable or parameter. */
  public static final class Local extends V128 {
    final int index;

    Local(int index) {
      super(get(index));
      this.index = index;
    }
  }

  /** An instruction on vectors whose result is a vector. */
  public static V128 of(Opcode opcode, V128... operands) {
    return new V128(op(opcode, operands));
  }

  public static V128 load(I32 address, int offset) {
    return new V128(load(Opcode.V128_LOAD, 0, address, offset));
  }

  /** Four copies of the 32 bits at {@code address + offset}. */
  public static V128 load32Splat(I32 address, int offset) {
    return new V128(load(Opcode.V128_LOAD32_SPLAT, 2, address, offset));
  }

  /** Two copies of the 64 bits at {@code address + offset}. */
  public static V128 load64Splat(I32 address, int offset) {
    return new V128(load(Opcode.V128_LOAD64_SPLAT, 2, address, offset));
  }

  /** The 32 bits at {@code address} in the first lane; zeros in the others. */
  public static V128 load32Zero(I32 address) {
    return new V128(load(Opcode.V128_LOAD32_ZERO, 0, address, 0));
  }

  /** The 64 bits at {@code address} in the first half; zeros in the other. */
  public static V128 load64Zero(I32 address) {
    return new V128(load(Opcode.V128_LOAD64_ZERO, 0, address, 0));
  }

  /** This with the 32 bits at {@code address} in a lane. */
  public V128 load32Lane(I32 address, int lane) {
    return loadLane(Opcode.V128_LOAD32_LANE, address, lane);
  }

  /** This with the 64 bits at {@code address} in a half. */
  public V128 load64Lane(I32 address, int half) {
    return loadLane(Opcode.V128_LOAD64_LANE, address, half);
  }

  private V128 loadLane(Opcode opcode, I32 address, int lane) {
    return new V128(sink -> {
      address.emit(sink);
      emit(sink);
      sink.op(opcode).u32(0).u32(0);
      sink.u8(lane);
    });
  }

  /** Four 16-bit values at {@code address + offset}, zero-extended to 32 bits. */
  public static V128 load16x4U(I32 address, int offset) {
    return new V128(load(Opcode.V128_LOAD16X4_U, 0, address, offset));
  }

  /** Four 16-bit values at {@code address + offset}, sign-extended to 32 bits. */
  public static V128 load16x4S(I32 address, int offset) {
    return new V128(load(Opcode.V128_LOAD16X4_S, 0, address, offset));
  }

  /** Eight bytes at {@code address + offset}, sign-extended to 16 bits. */
  public static V128 load8x8S(I32 address, int offset) {
    return new V128(load(Opcode.V128_LOAD8X8_S, 0, address, offset));
  }

  /** Sixteen bytes. */
  public static V128 bytes(int... bytes) {
    return new V128(sink -> {
      sink.op(Opcode.V128_CONST);
      for (int i = 0; i < 16; i++) {
        sink.u8(bytes[i]);
      }
    });
  }

  /** Sixteen equal bytes. */
  public static V128 i8x16(int value) {
    int[] bytes = new int[16];
    java.util.Arrays.fill(bytes, value);
    return bytes(bytes);
  }

  /** Eight equal 16-bit values. */
  public static V128 i16x8(int value) {
    int[] bytes = new int[16];
    for (int i = 0; i < 16; i++) {
      bytes[i] = value >> (8 * (i & 1));
    }
    return bytes(bytes);
  }

  /** Four equal 32-bit values. */
  public static V128 i32x4(int value) {
    int[] bytes = new int[16];
    for (int i = 0; i < 16; i++) {
      bytes[i] = value >> (8 * (i & 3));
    }
    return bytes(bytes);
  }

  /** Four equal floats. */
  public static V128 f32x4(float value) {
    return i32x4(Float.floatToRawIntBits(value));
  }

  public static V128 splat(F32 value) {
    return new V128(op(Opcode.F32X4_SPLAT, value));
  }

  public static V128 splat(I32 value) {
    return new V128(op(Opcode.I32X4_SPLAT, value));
  }

  /** Bytes of two vectors: index 0..15 is of {@code a}, 16..31 of {@code b}. */
  public static V128 shuffle(V128 a, V128 b, int... lanes) {
    return new V128(sink -> {
      a.emit(sink);
      b.emit(sink);
      sink.op(Opcode.I8X16_SHUFFLE);
      for (int i = 0; i < 16; i++) {
        sink.u8(lanes[i]);
      }
    });
  }

  /** 32-bit lanes of two vectors: index 0..3 is of {@code a}, 4..7 of {@code b}. */
  public static V128 shuffle32(V128 a, V128 b, int l0, int l1, int l2, int l3) {
    int[] words = {l0, l1, l2, l3};
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = 4 * words[i / 4] + i % 4;
    }
    return shuffle(a, b, lanes);
  }

  /** Bits of {@code yes} where {@code mask} has ones, else of {@code no}. */
  public static V128 bitselect(V128 yes, V128 no, V128 mask) {
    return of(Opcode.V128_BITSELECT, yes, no, mask);
  }

  /** A shift of every lane by the same number of bits. */
  public static V128 shift(Opcode opcode, V128 value, int bits) {
    return new V128(op(opcode, value, I32.of(bits)));
  }

  private V128 shift(Opcode opcode, int bits) {
    return new V128(op(opcode, this, I32.of(bits)));
  }

  public V128 and(V128 other) {
    return of(Opcode.V128_AND, this, other);
  }

  public V128 or(V128 other) {
    return of(Opcode.V128_OR, this, other);
  }

  public V128 xor(V128 other) {
    return of(Opcode.V128_XOR, this, other);
  }

  public V128 i16x8Add(V128 other) {
    return of(Opcode.I16X8_ADD, this, other);
  }

  public V128 i16x8Mul(V128 other) {
    return of(Opcode.I16X8_MUL, this, other);
  }

  public V128 i16x8ShrU(int bits) {
    return shift(Opcode.I16X8_SHR_U, bits);
  }

  public V128 i16x8Shl(int bits) {
    return shift(Opcode.I16X8_SHL, bits);
  }

  public V128 i32x4Add(V128 other) {
    return of(Opcode.I32X4_ADD, this, other);
  }

  public V128 i32x4Sub(V128 other) {
    return of(Opcode.I32X4_SUB, this, other);
  }

  public V128 i32x4Mul(V128 other) {
    return of(Opcode.I32X4_MUL, this, other);
  }

  public V128 i32x4Shl(int bits) {
    return shift(Opcode.I32X4_SHL, bits);
  }

  public V128 i32x4ShrS(int bits) {
    return shift(Opcode.I32X4_SHR_S, bits);
  }

  public V128 i32x4ShrU(int bits) {
    return shift(Opcode.I32X4_SHR_U, bits);
  }

  /** Products of 16-bit lanes, neighbours added to 32 bits. */
  public V128 i32x4Dot(V128 other) {
    return of(Opcode.I32X4_DOT_I16X8_S, this, other);
  }

  /** Four integers as the nearest floats. */
  public V128 toFloats() {
    return of(Opcode.F32X4_CONVERT_I32X4_S, this);
  }

  public V128 f32x4Add(V128 other) {
    return of(Opcode.F32X4_ADD, this, other);
  }

  public V128 f32x4Sub(V128 other) {
    return of(Opcode.F32X4_SUB, this, other);
  }

  public V128 f32x4Mul(V128 other) {
    return of(Opcode.F32X4_MUL, this, other);
  }

  public V128 f32x4Div(V128 other) {
    return of(Opcode.F32X4_DIV, this, other);
  }

  public I32 i32Lane(int lane) {
    return new I32(sink -> {
      emit(sink);
      sink.op(Opcode.I32X4_EXTRACT_LANE).u8(lane);
    });
  }

  public F32 f32Lane(int lane) {
    return new F32(sink -> {
      emit(sink);
      sink.op(Opcode.F32X4_EXTRACT_LANE).u8(lane);
    });
  }

  /** The sign bits of the four 32-bit lanes, lane 0 lowest. */
  public I32 i32x4Bitmask() {
    return new I32(op(Opcode.I32X4_BITMASK, this));
  }
}
