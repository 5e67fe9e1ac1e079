package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.CausalConvArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;

/**
 * Convolutions whose last positions stay in the state. A unit is {@link #COLUMNS} columns of all
 * rows, one row after the other. A lane is a column; a column's weights, which lie side by side,
 * are laid into scratch for that.
 */
public final class CausalConvCode {
  /** Columns in a unit. */
  public static final int COLUMNS = 64;

  private final Code c;
  private final Emit.Frame<CausalConvArguments> f;
  private final I32.Local width;
  private final I32.Local length;
  private final I32.Local kept; // positions that stay
  private final I32.Local past;
  private final I32.Local biased;
  private final I32.Local silu;

  private CausalConvCode(Code c, Emit.Frame<CausalConvArguments> f) {
    this.c = c;
    this.f = f;
    this.width = f.argument(CausalConvArguments.WIDTH);
    this.length = f.argument(CausalConvArguments.LENGTH);
    this.kept = c.i32(length.minus(1));
    this.past = f.argument(CausalConvArguments.PAST);
    this.biased = f.argument(CausalConvArguments.BIASED);
    this.silu = f.argument(CausalConvArguments.SILU);
  }

  public static void body(Code c, Emit.Frame<CausalConvArguments> f) {
    new CausalConvCode(c, f).emit();
  }

  /** Bytes of scratch that a convolution over so many positions takes. */
  public static int scratchBytes(int length) {
    return 16 * length;
  }

  private void emit() {
    f.eachUnit(() -> {
      I32.Local i = c.i32(f.unit().times(COLUMNS));
      I32.Local last = c.i32(i.plus(COLUMNS).min(width));
      c.countTo(i, last, 4, () -> columns(new Lanes.Vector(c), i));
      c.countTo(i, last, 1, () -> columns(new Lanes.Single(c), i));
    });
  }

  private <T extends Expr> void columns(Lanes<T> l, I32.Local i) {
    weights(l, i);
    I32.Local column = c.i32(i.shl(2));
    I32.Local position = c.i32(f.argument(CausalConvArguments.POSITION));
    I32.Local x = c.i32(f.argument(CausalConvArguments.X).plus(column));
    I32.Local out = c.i32(f.argument(CausalConvArguments.OUT).plus(column));
    I32.Local t = c.i32(I32.of(0));
    c.countTo(
        t,
        f.argument(CausalConvArguments.ROWS),
        1,
        () -> {
          T value = l.let(l.load(x, 0));
          l.store(out, 0, row(l, column, position, value));
          c.increase(position, 1);
          c.set(x, x.plus(width.shl(2)));
          c.set(out, out.plus(width.shl(2)));
        });
  }

  /** Lays the lanes' weights into scratch, those of one position after those of the one before. */
  private <T extends Expr> void weights(Lanes<T> l, I32.Local i) {
    I32.Local from = c.i32(f.argument(CausalConvArguments.WEIGHT).plus(i.times(length).shl(2)));
    I32.Local to = c.i32(f.scratch());
    I32.Local k = c.i32(I32.of(0));
    c.countTo(
        k,
        length,
        1,
        () -> {
          I32.Local weight = c.i32(from.plus(k.shl(2)));
          for (int at = 0; at < l.bytes(); at += 4) {
            c.store(to, at, F32.load(weight, 0));
            c.set(weight, weight.plus(length.shl(2)));
          }
          c.increase(to, l.bytes());
        });
  }

  /** The sum of a row; its own value is left in the state. */
  private <T extends Expr> T row(Lanes<T> l, I32.Local column, I32.Local position, T value) {
    T sum = l.let(l.constant(0f));
    c.when(kept, () -> before(l, column, position, value, sum));
    I32.Local weight = c.i32(f.scratch().plus(kept.times(l.bytes())));
    l.set(sum, l.add(sum, l.mul(l.load(weight, 0), value)));
    c.when(
        biased,
        () -> l.set(sum, l.add(sum, l.load(f.argument(CausalConvArguments.BIAS).plus(column), 0))));
    c.when(silu, () -> l.set(sum, Functions.silu(l, sum)));
    return sum;
  }

  private <T extends Expr> void before(
      Lanes<T> l, I32.Local column, I32.Local position, T value, T sum) {
    I32.Local seen = c.i32(kept.min(position)); // those before position 0 are left out
    I32.Local place = c.i32(position.minus(seen).modulo(kept));
    I32.Local weight = c.i32(f.scratch().plus(kept.minus(seen).times(l.bytes())));
    I32.Local k = c.i32(I32.of(0));
    c.countTo(
        k,
        seen,
        1,
        () -> {
          T stored = l.load(at(place, column), 0);
          l.set(sum, l.add(sum, l.mul(l.load(weight, 0), stored)));
          c.increase(weight, l.bytes());
          c.increase(place, 1);
          c.when(place.eq(kept), () -> c.set(place, I32.of(0)));
        });
    l.store(at(c.i32(position.modulo(kept)), column), 0, value);
  }

  /** Address of a place in the state. */
  private I32 at(I32.Local place, I32.Local column) {
    return past.plus(place.times(width).shl(2)).plus(column);
  }
}
