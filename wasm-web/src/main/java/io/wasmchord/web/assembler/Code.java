package io.wasmchord.web.assembler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The body of a function under construction: locals, statements, control flow. */
public final class Code {
  private static final int VOID = 0x40;

  private ByteSink body;
  private final List<ValueType> locals = new ArrayList<>();
  private final int parameters;
  private int depth;

  Code(int parameters) {
    this.parameters = parameters;
    this.body = new ByteSink();
  }

  /** A place that {@link #branch} can go to. */
  public static final class Label {
    private final int depth;

    private Label(int depth) {
      this.depth = depth;
    }
  }

  private int fresh(ValueType type) {
    locals.add(type);
    return parameters + locals.size() - 1;
  }

  /** A new variable, 0 at first. */
  public I32.Local i32() {
    return new I32.Local(fresh(ValueType.I32));
  }

  /** A new variable with a value. */
  public I32.Local i32(I32 value) {
    I32.Local local = i32();
    set(local, value);
    return local;
  }

  /** A new variable, 0 at first. */
  public F32.Local f32() {
    return new F32.Local(fresh(ValueType.F32));
  }

  /** A new variable with a value. */
  public F32.Local f32(F32 value) {
    F32.Local local = f32();
    set(local, value);
    return local;
  }

  /** A new variable, 0 at first. */
  public V128.Local v128() {
    return new V128.Local(fresh(ValueType.V128));
  }

  /** A new variable with a value. */
  public V128.Local v128(V128 value) {
    V128.Local local = v128();
    set(local, value);
    return local;
  }

  public void set(I32.Local local, I32 value) {
    set(local.index, value);
  }

  public void set(F32.Local local, F32 value) {
    set(local.index, value);
  }

  public void set(V128.Local local, V128 value) {
    set(local.index, value);
  }

  private void set(int local, Expr value) {
    value.emit(body);
    body.op(Opcode.LOCAL_SET).u32(local);
  }

  /** {@code local = local + value}. */
  public void increase(I32.Local local, int value) {
    set(local, local.plus(value));
  }

  private void store(Opcode opcode, int align, I32 address, int offset, Expr value) {
    address.emit(body);
    value.emit(body);
    body.op(opcode).u32(align).u32(offset);
  }

  public void store(I32 address, int offset, I32 value) {
    store(Opcode.I32_STORE, 2, address, offset, value);
  }

  public void store8(I32 address, int offset, I32 value) {
    store(Opcode.I32_STORE8, 0, address, offset, value);
  }

  public void store16(I32 address, int offset, I32 value) {
    store(Opcode.I32_STORE16, 0, address, offset, value);
  }

  public void store(I32 address, int offset, F32 value) {
    store(Opcode.F32_STORE, 2, address, offset, value);
  }

  public void store(I32 address, int offset, V128 value) {
    store(Opcode.V128_STORE, 0, address, offset, value);
  }

  /** Stores one byte of sixteen. */
  public void store8Lane(I32 address, int offset, V128 value, int lane) {
    store(Opcode.V128_STORE8_LANE, 0, address, offset, value);
    body.u8(lane);
  }

  /** Stores one 32-bit lane. */
  public void store32Lane(I32 address, int offset, V128 value, int lane) {
    store(Opcode.V128_STORE32_LANE, 2, address, offset, value);
    body.u8(lane);
  }

  public void atomicStore(I32 address, int offset, I32 value) {
    store(Opcode.I32_ATOMIC_STORE, 2, address, offset, value);
  }

  /** Copies bytes between regions that may overlap. */
  public void copy(I32 to, I32 from, I32 bytes) {
    for (I32 operand : List.of(to, from, bytes)) {
      operand.emit(body);
    }
    body.op(Opcode.MEMORY_COPY).u8(0).u8(0);
  }

  /** Computes a value for its effect. */
  public void drop(Expr value) {
    value.emit(body);
    body.op(Opcode.DROP);
  }

  /** Calls a function without result. */
  public void call(Function function, Expr... arguments) {
    for (Expr argument : arguments) {
      argument.emit(body);
    }
    body.op(Opcode.CALL).u32(function.index());
  }

  /** Calls the function at {@code index} of the module's table. */
  public void callIndirect(int typeIndex, I32 index, Expr... arguments) {
    for (Expr argument : arguments) {
      argument.emit(body);
    }
    index.emit(body);
    body.op(Opcode.CALL_INDIRECT).u32(typeIndex).u8(0);
  }

  private void scoped(Opcode opcode, Consumer<Label> inner) {
    body.op(opcode).u8(VOID);
    inner.accept(new Label(++depth));
    depth--;
    body.op(Opcode.END);
  }

  /** A label at the end of {@code inner}: a branch to it leaves. */
  public void block(Consumer<Label> inner) {
    scoped(Opcode.BLOCK, inner);
  }

  /** A label at the start of {@code inner}: a branch to it repeats. */
  public void loop(Consumer<Label> inner) {
    scoped(Opcode.LOOP, inner);
  }

  public void branch(Label to) {
    body.op(Opcode.BR).u32(depth - to.depth);
  }

  public void branchIf(I32 condition, Label to) {
    condition.emit(body);
    body.op(Opcode.BR_IF).u32(depth - to.depth);
  }

  public void when(I32 condition, Runnable then) {
    condition.emit(body);
    scoped(Opcode.IF, label -> then.run());
  }

  public void when(I32 condition, Runnable then, Runnable otherwise) {
    condition.emit(body);
    scoped(
        Opcode.IF,
        label -> {
          then.run();
          body.op(Opcode.ELSE);
          otherwise.run();
        });
  }

  /** {@code while (condition) inner}. */
  public void whileTrue(I32 condition, Runnable inner) {
    block(out ->
        loop(again -> {
          branchIf(condition.eqz(), out);
          inner.run();
          branch(again);
        }));
  }

  /**
   * {@code for (; i < end; i += step)}, signed; {@code i} keeps its value and goes on from it, so
   * that a vector loop is followed by one for the rest.
   */
  public void countTo(I32.Local i, I32 end, int step, Runnable inner) {
    loopWhile(
        i.plus(step - 1).lt(end),
        () -> {
          inner.run();
          increase(i, step);
        });
  }

  /**
   * Emits several pieces of straight code in turn: the first part of each, then the second part of
   * each, and so on. A later piece may use what the same part of an earlier one has set.
   *
   * @param pieces each ends a part by running what it is given
   */
  public void inTurn(List<Consumer<Runnable>> pieces) {
    ByteSink whole = body;
    List<List<ByteSink>> parts = new ArrayList<>();
    for (Consumer<Runnable> piece : pieces) {
      List<ByteSink> own = new ArrayList<>();
      body = new ByteSink();
      piece.accept(() -> {
        own.add(body);
        body = new ByteSink();
      });
      own.add(body);
      parts.add(own);
    }
    body = whole;
    int most = parts.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < most; i++) {
      for (List<ByteSink> own : parts) {
        if (i < own.size()) {
          body.append(own.get(i));
        }
      }
    }
  }

  /** A loop whose condition is tested before the first round and after each. */
  private void loopWhile(I32 condition, Runnable inner) {
    when(
        condition,
        () ->
            loop(again -> {
              inner.run();
              branchIf(condition, again);
            }));
  }

  /** Ends the function; {@code values} are its results. */
  public void exit(Expr... values) {
    for (Expr value : values) {
      value.emit(body);
    }
    body.op(Opcode.RETURN);
  }

  /** Leaves {@code value} as the result at the function's end. */
  public void result(Expr value) {
    value.emit(body);
  }

  ByteSink finish() {
    ByteSink whole = new ByteSink().u32(locals.size());
    for (ValueType type : locals) {
      whole.u32(1).u8(type.code);
    }
    return whole.append(body).op(Opcode.END);
  }
}
