package io.wasmchord.web.assembler;

import java.util.function.Consumer;

/** An expression of type f32. */
public sealed class F32 extends Expr {
  F32(Consumer<ByteSink> emitter) {
    super(emitter);
  }

  /** A local variable or parameter. */
  public static final class Local extends F32 {
    final int index;

    Local(int index) {
      super(get(index));
      this.index = index;
    }
  }

  public static F32 of(float value) {
    return new F32(sink -> sink.op(Opcode.F32_CONST).f32(value));
  }

  public static F32 load(I32 address, int offset) {
    return new F32(load(Opcode.F32_LOAD, 2, address, offset));
  }

  /** The float with these bits. */
  public static F32 ofBits(I32 bits) {
    return new F32(op(Opcode.F32_REINTERPRET_I32, bits));
  }

  /** The nearest float of a signed integer. */
  public static F32 convert(I32 value) {
    return new F32(op(Opcode.F32_CONVERT_I32_S, value));
  }

  public static F32 select(I32 condition, F32 yes, F32 no) {
    return new F32(op(Opcode.SELECT, yes, no, condition));
  }

  private F32 with(Opcode opcode, F32 other) {
    return new F32(op(opcode, this, other));
  }

  public F32 plus(F32 other) {
    return with(Opcode.F32_ADD, other);
  }

  public F32 minus(F32 other) {
    return with(Opcode.F32_SUB, other);
  }

  public F32 times(F32 other) {
    return with(Opcode.F32_MUL, other);
  }

  public F32 over(F32 other) {
    return with(Opcode.F32_DIV, other);
  }

  public F32 abs() {
    return new F32(op(Opcode.F32_ABS, this));
  }

  public F32 sqrt() {
    return new F32(op(Opcode.F32_SQRT, this));
  }

  public I32 eq(F32 other) {
    return new I32(op(Opcode.F32_EQ, this, other));
  }

  public I32 gt(F32 other) {
    return new I32(op(Opcode.F32_GT, this, other));
  }

  public I32 lt(F32 other) {
    return new I32(op(Opcode.F32_LT, this, other));
  }

  /** The float's bits. */
  public I32 bits() {
    return new I32(op(Opcode.I32_REINTERPRET_F32, this));
  }
}
