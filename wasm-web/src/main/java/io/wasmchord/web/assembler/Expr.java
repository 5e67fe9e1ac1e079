package io.wasmchord.web.assembler;

import java.util.function.Consumer;

/**
 * An expression: code that leaves one value. It is emitted where it is used, and again at each use;
 * what is needed twice belongs in a local.
 */
public abstract sealed class Expr permits I32, F32, V128 {
  private final Consumer<ByteSink> emitter;

  Expr(Consumer<ByteSink> emitter) {
    this.emitter = emitter;
  }

  final void emit(ByteSink sink) {
    emitter.accept(sink);
  }

  static Consumer<ByteSink> op(Opcode opcode, Expr... operands) {
    return sink -> {
      for (Expr operand : operands) {
        operand.emit(sink);
      }
      sink.op(opcode);
    };
  }

  /** A memory access: {@code address + offset}, assumed aligned to 2^{@code align} bytes. */
  static Consumer<ByteSink> load(Opcode opcode, int align, I32 address, int offset) {
    return sink -> {
      address.emit(sink);
      sink.op(opcode).u32(align).u32(offset);
    };
  }

  static Consumer<ByteSink> get(int local) {
    return sink -> sink.op(Opcode.LOCAL_GET).u32(local);
  }
}
