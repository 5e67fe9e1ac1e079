package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;

/**
 * Short convolutions along the positions. A unit is {@link #COLUMNS} columns of all rows, one row
 * after the other, so that a row finds what those before it stored. One value at a time: a column's
 * weights stand side by side, and all is a few products a value.
 */
public final class ShortConvCode {
  /** Columns in a unit. */
  public static final int COLUMNS = 64;

  /** Arguments: addresses of values, gates, weights, stored rows and results. */
  public static final int X = 0;

  public static final int IN_GATE = 1;
  public static final int OUT_GATE = 2;
  public static final int WEIGHT = 3;
  public static final int PAST = 4;
  public static final int OUT = 5;

  /** Rows of values. */
  public static final int ROWS = 6;

  /** Columns in all. */
  public static final int WIDTH = 7;

  /** Positions that a row sees, its own included. */
  public static final int LENGTH = 8;

  /** Position of the first row. */
  public static final int POSITION = 9;

  /** Stored rows. */
  public static final int PLACES = 10;

  private final Code c;
  private final Emit.Frame f;
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

  private ShortConvCode(Code c, Emit.Frame f) {
    this.c = c;
    this.f = f;
    this.x = f.argument(X);
    this.inGate = f.argument(IN_GATE);
    this.outGate = f.argument(OUT_GATE);
    this.weights = f.argument(WEIGHT);
    this.out = f.argument(OUT);
    this.past = f.argument(PAST);
    this.places = f.argument(PLACES);
    this.length = f.argument(LENGTH);
    this.stride = c.i32(f.argument(WIDTH).shl(2));
    this.end = c.i32(past.plus(places.times(stride)));
  }

  static int emit(ModuleBuilder module) {
    return Emit.kernel(module, (c, f) -> new ShortConvCode(c, f).emit());
  }

  private void emit() {
    I32.Local position = f.argument(POSITION);
    I32.Local rows = f.argument(ROWS);
    I32.Local width = f.argument(WIDTH);
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
