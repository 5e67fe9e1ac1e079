package io.wasmchord.web.kernels.emit;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.assembler.ValueType;
import io.wasmchord.web.kernels.arguments.Argument;
import java.util.List;

/** Idioms that several kernels share. */
public final class Emit {
  /** Parameters of every kernel: address of the command, first unit, end of units, scratch. */
  public static final List<ValueType> KERNEL =
      List.of(ValueType.I32, ValueType.I32, ValueType.I32, ValueType.I32);

  private Emit() {}

  /** A kernel's body, for which the parameters have names. */
  public interface Body<A> {
    void write(Code c, Frame<A> frame);
  }

  /**
   * The parameters of a kernel.
   *
   * @param command address of the command
   * @param unit first unit to do; counts up
   * @param end after the last unit
   * @param scratch this thread's own memory
   * @param <A> the record of its arguments
   */
  public record Frame<A>(
      Code code, I32.Local command, I32.Local unit, I32.Local end, I32.Local scratch) {
    /** A word of the arguments in a local. */
    public I32.Local argument(Argument.Word<A> word) {
      return code.i32(I32.load(command, CommandLayout.argument(word)));
    }

    /** A float of the arguments in a local. */
    public F32.Local argument(Argument.Real<A> real) {
      return code.f32(F32.load(command, CommandLayout.argument(real)));
    }

    /** Emits the loop over the units. */
    public void eachUnit(Runnable body) {
      code.countTo(unit, end, 1, body);
    }
  }

  /** Adds a kernel to the module; its place in the table. */
  public static <A> int kernel(ModuleBuilder module, Body<A> body) {
    return module.element(
        module.function(
            KERNEL,
            List.of(),
            (c, p) -> body.write(c, new Frame<>(c, p.i32(0), p.i32(1), p.i32(2), p.i32(3)))));
  }

  /** Stores the lanes of four rows, as many as there are. */
  public static void storeRows(Code c, I32 address, V128.Local value, I32 remaining) {
    c.when(
        remaining.ge(I32.of(4)),
        () -> c.store(address, 0, value),
        () -> {
          for (int lane = 0; lane < 3; lane++) {
            int at = lane;
            c.when(remaining.gt(I32.of(at)), () -> c.store32Lane(address, 4 * at, value, at));
          }
        });
  }

  /** {@code a < b ? b : a} by lanes: {@code a} where {@code b} is not a number. */
  public static V128 larger(V128 a, V128 b) {
    return V128.of(Opcode.F32X4_PMAX, a, b);
  }

  public static V128 abs(V128 a) {
    return V128.of(Opcode.F32X4_ABS, a);
  }

  /** The largest of four lanes that are numbers. */
  public static F32 largestLane(Code c, V128.Local v) {
    c.set(v, larger(v, V128.shuffle32(v, v, 2, 3, 0, 1)));
    c.set(v, larger(v, V128.shuffle32(v, v, 1, 0, 3, 2)));
    return v.f32Lane(0);
  }

  /** Folds sixteen strided sums as {@code StridedSum.fold}. */
  public static F32 fold(Code c, V128.Local[] lanes) {
    c.set(lanes[0], lanes[0].f32x4Add(lanes[2]));
    c.set(lanes[1], lanes[1].f32x4Add(lanes[3]));
    V128.Local v = c.v128(lanes[0].f32x4Add(lanes[1]));
    c.set(v, v.f32x4Add(V128.shuffle32(v, v, 2, 3, 0, 1)));
    c.set(v, v.f32x4Add(V128.shuffle32(v, v, 1, 0, 3, 2)));
    return v.f32Lane(0);
  }

  public static V128.Local[] zeros(Code c, int n) {
    V128.Local[] locals = new V128.Local[n];
    for (int i = 0; i < n; i++) {
      locals[i] = c.v128(V128.i32x4(0));
    }
    return locals;
  }
}
