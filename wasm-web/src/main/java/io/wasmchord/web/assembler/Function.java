package io.wasmchord.web.assembler;

import java.util.List;

/**
 * A function of a module.
 *
 * @param index in the module's index space
 */
public record Function(int index, List<ValueType> parameters) {
  /** The value of a call with one i32 result. */
  public I32 i32(Expr... arguments) {
    return new I32(sink -> call(sink, arguments));
  }

  /** The value of a call with one f32 result. */
  public F32 f32(Expr... arguments) {
    return new F32(sink -> call(sink, arguments));
  }

  /** The value of a call with one v128 result. */
  public V128 v128(Expr... arguments) {
    return new V128(sink -> call(sink, arguments));
  }

  private void call(ByteSink sink, Expr... arguments) {
    for (Expr argument : arguments) {
      argument.emit(sink);
    }
    sink.op(Opcode.CALL).u32(index);
  }
}
