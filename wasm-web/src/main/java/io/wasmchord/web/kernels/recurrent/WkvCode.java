package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.backend.StateBlocks;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.Argument;
import io.wasmchord.web.kernels.arguments.WkvArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Lanes;
import io.wasmchord.web.kernels.recurrent.Strips.Strip;
import java.util.List;

/** The time mix of RWKV. A unit is a block of a head's columns; a lane is a column. */
public final class WkvCode {
  private final Code c;
  private final Emit.Frame<WkvArguments> f;
  private final boolean delta;
  private final I32.Local dim;

  private WkvCode(Code c, Emit.Frame<WkvArguments> f, boolean delta) {
    this.c = c;
    this.f = f;
    this.delta = delta;
    this.dim = f.argument(WkvArguments.HEAD_DIM);
  }

  /**
   * @param delta whether what is known is taken out first, as RWKV 7 does
   */
  public static Emit.Body<WkvArguments> body(boolean delta) {
    return (c, f) -> new WkvCode(c, f, delta).emit();
  }

  private void emit() {
    int w = StateBlocks.WIDTH;
    I32.Local blocks = c.i32(dim.plus(w - 1).over(w));
    I32.Local fresh = c.i32(f.argument(WkvArguments.POSITION).eqz());
    f.eachUnit(() -> {
      I32.Local head = c.i32(f.unit().over(blocks).times(dim));
      I32.Local first = c.i32(f.unit().modulo(blocks).times(w));
      I32.Local width = c.i32(dim.minus(first).min(I32.of(w)));
      I32.Local column = c.i32(head.plus(first));
      I32.Local state = c.i32(f.argument(WkvArguments.STATE).plus(column.times(dim).shl(2)));
      c.when(fresh, () -> Strips.zero(c, state, dim.times(width)));
      Strips.emit(
          c,
          width,
          new Strips.Body() {
            @Override
            public <T extends Expr> void write(Strip<T> strip) {
              rows(strip, new Block(head, column, state, width));
            }
          });
    });
  }

  /**
   * Columns of a head's matrix.
   *
   * @param head the head's first column
   * @param column the first of them
   * @param state their address
   * @param width how many there are
   */
  private record Block(I32.Local head, I32.Local column, I32.Local state, I32.Local width) {}

  private <T extends Expr> void rows(Strip<T> strip, Block block) {
    I32.Local bytes = c.i32(f.argument(WkvArguments.WIDTH).shl(2));
    I32.Local own = c.i32(block.head.shl(2)); // of the row
    I32.Local columns = c.i32(block.column.plus(strip.first()).shl(2));
    I32.Local t = c.i32(I32.of(0));
    c.countTo(
        t,
        f.argument(WkvArguments.ROWS),
        1,
        () -> {
          row(strip, block, own, columns);
          c.set(own, own.plus(bytes));
          c.set(columns, columns.plus(bytes));
        });
  }

  private I32.Local at(Argument.Address<WkvArguments> operand, I32 offset) {
    return c.i32(f.argument(operand).plus(offset));
  }

  private <T extends Expr> void row(Strip<T> strip, Block block, I32.Local own, I32.Local columns) {
    Lanes<T> l = strip.lanes();
    List<T> known = delta ? known(strip, block, own) : List.of();
    List<T> values = strip.load(at(WkvArguments.V, columns));
    List<T> sums = strip.each(i -> l.constant(0f));
    I32.Local s = c.i32(block.state.plus(strip.first().shl(2)));
    I32.Local r = at(WkvArguments.R, own);
    I32.Local w = at(WkvArguments.W, own);
    I32.Local k = at(WkvArguments.K, own);
    I32.Local b = at(WkvArguments.B, own);
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        dim,
        1,
        () -> {
          T asked = l.let(l.broadcast(r));
          T decay = l.let(l.broadcast(w));
          T key = l.let(l.broadcast(k));
          T back = delta ? l.let(l.broadcast(b)) : key;
          for (int j = 0; j < strip.vectors(); j++) {
            T old = l.let(l.load(s, j * l.bytes()));
            T next = l.add(l.mul(old, decay), l.mul(values.get(j), key));
            T kept = l.let(delta ? l.add(next, l.mul(known.get(j), back)) : next);
            l.store(s, j * l.bytes(), kept);
            l.set(sums.get(j), l.add(sums.get(j), l.mul(delta ? kept : old, asked)));
          }
          c.set(s, s.plus(block.width.shl(2)));
          for (I32.Local operand : List.of(r, w, k, b)) {
            c.increase(operand, 4);
          }
        });
    strip.store(at(WkvArguments.OUT, columns), sums::get);
  }

  /** What the matrix has of what is taken out. */
  private <T extends Expr> List<T> known(Strip<T> strip, Block block, I32.Local own) {
    Lanes<T> l = strip.lanes();
    List<T> sums = strip.each(i -> l.constant(0f));
    I32.Local s = c.i32(block.state.plus(strip.first().shl(2)));
    I32.Local a = at(WkvArguments.A, own);
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        dim,
        1,
        () -> {
          T factor = l.let(l.broadcast(a));
          for (int j = 0; j < strip.vectors(); j++) {
            T product = l.mul(factor, l.load(s, j * l.bytes()));
            l.set(sums.get(j), l.add(sums.get(j), product));
          }
          c.set(s, s.plus(block.width.shl(2)));
          c.increase(a, 4);
        });
    return sums;
  }
}
