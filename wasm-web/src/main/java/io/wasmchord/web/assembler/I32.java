package io.wasmchord.web.assembler;

import java.util.function.Consumer;

/** An expression of type i32. */
public sealed class I32 extends Expr {
  I32(Consumer<ByteSink> emitter) {
    super(emitter);
  }

  /** A local variable or parameter. */
  public static final class Local extends I32 {
    final int index;

    Local(int index) {
      super(get(index));
      this.index = index;
    }
  }

  public static I32 of(int value) {
    return new I32(sink -> sink.op(Opcode.I32_CONST).s64(value));
  }

  /** The 32 bits at {@code address + offset}. */
  public static I32 load(I32 address, int offset) {
    return new I32(load(Opcode.I32_LOAD, 2, address, offset));
  }

  /** The byte at {@code address + offset}, zero-extended. */
  public static I32 load8(I32 address, int offset) {
    return new I32(load(Opcode.I32_LOAD8_U, 0, address, offset));
  }

  /** The 16 bits at {@code address + offset}, zero-extended. */
  public static I32 load16(I32 address, int offset) {
    return new I32(load(Opcode.I32_LOAD16_U, 0, address, offset));
  }

  /** Atomic load, sequentially consistent. */
  public static I32 atomicLoad(I32 address, int offset) {
    return new I32(load(Opcode.I32_ATOMIC_LOAD, 2, address, offset));
  }

  /** Adds to the 32 bits at {@code address + offset}; the value before. */
  public static I32 atomicAdd(I32 address, int offset, I32 value) {
    return new I32(sink -> {
      address.emit(sink);
      value.emit(sink);
      sink.op(Opcode.I32_ATOMIC_RMW_ADD).u32(2).u32(offset);
    });
  }

  /**
   * Sleeps while {@code address + offset} holds {@code expected}; 0 woken, 1 other value, 2 timed
   * out.
   */
  public static I32 atomicWait(I32 address, int offset, I32 expected, long timeoutNanos) {
    return new I32(sink -> {
      address.emit(sink);
      expected.emit(sink);
      sink.op(Opcode.I64_CONST).s64(timeoutNanos);
      sink.op(Opcode.MEMORY_ATOMIC_WAIT32).u32(2).u32(offset);
    });
  }

  /** Wakes everything that sleeps on {@code address + offset}; how many that were. */
  public static I32 atomicNotifyAll(I32 address, int offset) {
    return new I32(sink -> {
      address.emit(sink);
      sink.op(Opcode.I32_CONST).s64(-1);
      sink.op(Opcode.MEMORY_ATOMIC_NOTIFY).u32(2).u32(offset);
    });
  }

  /** {@code condition != 0 ? yes : no}; both are computed. */
  public static I32 select(I32 condition, I32 yes, I32 no) {
    return new I32(op(Opcode.SELECT, yes, no, condition));
  }

  private I32 with(Opcode opcode, I32 other) {
    return new I32(op(opcode, this, other));
  }

  public I32 plus(I32 other) {
    return with(Opcode.I32_ADD, other);
  }

  public I32 plus(int other) {
    return other == 0 ? this : plus(of(other));
  }

  public I32 minus(I32 other) {
    return with(Opcode.I32_SUB, other);
  }

  public I32 minus(int other) {
    return minus(of(other));
  }

  public I32 times(I32 other) {
    return with(Opcode.I32_MUL, other);
  }

  public I32 times(int other) {
    return times(of(other));
  }

  /** Unsigned quotient. */
  public I32 over(I32 other) {
    return with(Opcode.I32_DIV_U, other);
  }

  /** Unsigned quotient. */
  public I32 over(int other) {
    return over(of(other));
  }

  /** Unsigned remainder. */
  public I32 modulo(I32 other) {
    return with(Opcode.I32_REM_U, other);
  }

  public I32 and(int other) {
    return with(Opcode.I32_AND, of(other));
  }

  public I32 or(I32 other) {
    return with(Opcode.I32_OR, other);
  }

  public I32 shl(int bits) {
    return with(Opcode.I32_SHL, of(bits));
  }

  public I32 shrU(int bits) {
    return with(Opcode.I32_SHR_U, of(bits));
  }

  /** Arithmetic shift. */
  public I32 shrS(int bits) {
    return with(Opcode.I32_SHR_S, of(bits));
  }

  public I32 eq(I32 other) {
    return with(Opcode.I32_EQ, other);
  }

  public I32 ne(I32 other) {
    return with(Opcode.I32_NE, other);
  }

  public I32 eqz() {
    return new I32(op(Opcode.I32_EQZ, this));
  }

  /** Signed comparison. */
  public I32 lt(I32 other) {
    return with(Opcode.I32_LT_S, other);
  }

  /** Signed comparison. */
  public I32 ge(I32 other) {
    return with(Opcode.I32_GE_S, other);
  }

  /** Signed comparison. */
  public I32 gt(I32 other) {
    return with(Opcode.I32_GT_S, other);
  }

  /** Unsigned comparison, for addresses. */
  public I32 ltU(I32 other) {
    return with(Opcode.I32_LT_U, other);
  }

  /** Number of zero bits below the lowest one. */
  public I32 ctz() {
    return new I32(op(Opcode.I32_CTZ, this));
  }

  /** The smaller of two signed values, each computed twice. */
  public I32 min(I32 other) {
    return select(lt(other), this, other);
  }
}
