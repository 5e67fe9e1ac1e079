package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.ShortConvArguments;

/**
 * Short convolutions along the positions. A unit is {@link #COLUMNS} columns of all rows, one row
 * after the other, so that a row finds what those before it stored. One value at a time: a column's
 * weights stand side by side, and all is a few products a value.
 */
public final class ShortConvCode {
  /** Columns in a unit. */
  public static final int COLUMNS = 64;

  private final Code c;
  private final Emit.Frame<ShortConvArguments> f;
  private final I32.Local x;
  private final I32.Local inGate;
  private final I32.Local outGate;
  private final I32.Local weights;
  private final I32.Local out;
  private final I32.Local past;
  private final I32.Local places;
  private final I32.Local length;
  private final I32.Local stride; // bytes of a row
  private final I32.Local end; // after the last stored row

  private ShortConvCode(Code c, Emit.Frame<ShortConvArguments> f) {
    this.c = c;
    this.f = f;
    this.x = f.argument(ShortConvArguments.X);
    this.inGate = f.argument(ShortConvArguments.IN_GATE);
    this.outGate = f.argument(ShortConvArguments.OUT_GATE);
    this.weights = f.argument(ShortConvArguments.WEIGHT);
    this.out = f.argument(ShortConvArguments.OUT);
    this.past = f.argument(ShortConvArguments.PAST);
    this.places = f.argument(ShortConvArguments.PLACES);
    this.length = f.argument(ShortConvArguments.LENGTH);
    this.stride = c.i32(f.argument(ShortConvArguments.WIDTH).shl(2));
    this.end = c.i32(past.plus(places.times(stride)));
  }

  static void body(Code c, Emit.Frame<ShortConvArguments> f) {
    new ShortConvCode(c, f).emit();
  }

  private void emit() {
    I32.Local position = f.argument(ShortConvArguments.POSITION);
    I32.Local rows = f.argument(ShortConvArguments.ROWS);
    I32.Local width = f.argument(ShortConvArguments.WIDTH);
    f.eachUnit(() -> {
      I32.Local first = c.i32(f.unit().times(COLUMNS));
      I32.Local last = c.i32(first.plus(COLUMNS).min(width));
      I32.Local t = c.i32(I32.of(0));
      c.countTo(
          t,
          rows,
          1,
          () -> {
            I32.Local after = c.i32(position.plus(t).plus(1));
            I32.Local seen = c.i32(length.min(after)); // those before position 0 are left out
            I32.Local oldest = c.i32(place(after.minus(seen)));
            I32.Local newest = c.i32(place(after.minus(1)));
            I32.Local row = c.i32(t.times(stride));
            I32.Local i = c.i32(first);
            c.countTo(i, last, 1, () -> column(i, row, seen, oldest, newest));
          });
    });
  }

  /** Address of the row of a position. */
  private I32 place(I32 position) {
    return past.plus(position.modulo(places).times(stride));
  }

  private void column(I32.Local i, I32 row, I32 seen, I32 oldest, I32 newest) {
    I32.Local column = c.i32(i.shl(2));
    I32.Local at = c.i32(row.plus(column));
    F32 value = F32.load(x.plus(at), 0);
    c.store(newest.plus(column), 0, F32.load(inGate.plus(at), 0).times(value));
    I32 firstWeight = i.plus(1).times(length).minus(seen);
    I32.Local weight = c.i32(weights.plus(firstWeight.shl(2)));
    I32.Local stored = c.i32(oldest);
    F32.Local sum = c.f32(F32.of(0f));
    I32.Local k = c.i32(I32.of(0));
    c.countTo(
        k,
        seen,
        1,
        () -> {
          F32 product = F32.load(weight, 0).times(F32.load(stored.plus(column), 0));
          c.set(sum, sum.plus(product));
          c.increase(weight, 4);
          c.set(stored, stored.plus(stride));
          c.when(stored.eq(end), () -> c.set(stored, past));
        });
    c.store(out.plus(at), 0, F32.load(outGate.plus(at), 0).times(sum));
  }
}
