package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.backend.StateBlocks;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.emit.Lanes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * How a block of a state's columns is divided: all of a whole block at once, else in fours and
 * ones.
 */
final class Strips {
  private Strips() {}

  /** What is done with columns, {@code vectors} times as many as a value has lanes. */
  interface Body {
    <T extends Expr> void write(Strip<T> strip);
  }

  /**
   * Columns of a block.
   *
   * @param first the first one's number in its block
   */
  record Strip<T extends Expr>(Lanes<T> lanes, int vectors, I32.Local first) {
    /** A value for each vector. */
    List<T> each(IntFunction<T> value) {
      List<T> values = new ArrayList<>();
      for (int i = 0; i < vectors; i++) {
        values.add(lanes.let(value.apply(i)));
      }
      return values;
    }

    List<T> load(I32 address) {
      return each(i -> lanes.load(address, i * lanes.bytes()));
    }

    void store(I32 address, Function<Integer, T> value) {
      for (int i = 0; i < vectors; i++) {
        lanes.store(address, i * lanes.bytes(), value.apply(i));
      }
    }

    /** Columns. */
    int columns() {
      return vectors * lanes.bytes() / 4;
    }
  }

  /** Emits {@code body} for a block of {@code width} columns. */
  static void emit(Code c, I32.Local width, Body body) {
    I32.Local first = c.i32(I32.of(0));
    c.when(
        width.eq(I32.of(StateBlocks.WIDTH)),
        () -> body.write(new Strip<>(new Lanes.Vector(c), StateBlocks.WIDTH / 4, first)),
        () -> {
          c.countTo(first, width, 4, () -> body.write(new Strip<>(new Lanes.Vector(c), 1, first)));
          c.countTo(first, width, 1, () -> body.write(new Strip<>(new Lanes.Single(c), 1, first)));
        });
  }

  /** Emits zeros. */
  static void zero(Code c, I32 address, I32 values) {
    I32.Local at = c.i32(address);
    I32.Local count = c.i32(values);
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        count,
        1,
        () -> {
          c.store(at, 0, I32.of(0));
          c.increase(at, 4);
        });
  }
}
