package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.kernels.arguments.CopyColumnsArguments;
import io.wasmchord.web.kernels.arguments.ScaleColumnsArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Lanes;

/** Factors of columns, and copies of columns. A unit is a row. */
public final class ColumnCode {
  private ColumnCode() {}

  public static void scale(Code c, Emit.Frame<ScaleColumnsArguments> f) {
    I32.Local width = f.argument(ScaleColumnsArguments.WIDTH);
    I32.Local each = f.argument(ScaleColumnsArguments.EACH);
    f.eachUnit(() -> {
      I32.Local x = c.i32(f.argument(ScaleColumnsArguments.X).plus(f.unit().times(width).shl(2)));
      I32.Local factor = f.argument(ScaleColumnsArguments.FACTORS);
      I32.Local i = c.i32(I32.of(0));
      c.when(
          each.eq(I32.of(1)),
          () -> {
            c.countTo(i, width, 4, () -> own(new Lanes.Vector(c), c, x, factor));
            c.countTo(i, width, 1, () -> own(new Lanes.Single(c), c, x, factor));
          },
          () -> {
            I32.Local count = c.i32(width.over(each));
            c.countTo(i, count, 1, () -> shared(c, x, factor, each));
          });
    });
  }

  private static <T extends Expr> void own(Lanes<T> l, Code c, I32.Local x, I32.Local factor) {
    l.store(x, 0, l.mul(l.load(x, 0), l.load(factor, 0)));
    c.increase(x, l.bytes());
    c.increase(factor, l.bytes());
  }

  private static void shared(Code c, I32.Local x, I32.Local factor, I32.Local each) {
    I32.Local j = c.i32(I32.of(0));
    c.countTo(j, each, 4, () -> one(new Lanes.Vector(c), c, x, factor));
    c.countTo(j, each, 1, () -> one(new Lanes.Single(c), c, x, factor));
    c.increase(factor, 4);
  }

  private static <T extends Expr> void one(Lanes<T> l, Code c, I32.Local x, I32.Local factor) {
    l.store(x, 0, l.mul(l.load(x, 0), l.broadcast(factor)));
    c.increase(x, l.bytes());
  }

  public static void copy(Code c, Emit.Frame<CopyColumnsArguments> f) {
    I32.Local width = f.argument(CopyColumnsArguments.WIDTH);
    I32.Local to = f.argument(CopyColumnsArguments.TO);
    I32.Local bytes = c.i32(width.shl(2));
    f.eachUnit(() -> {
      I32 row = f.unit().times(f.argument(CopyColumnsArguments.FROM)).shl(2);
      I32.Local x = c.i32(f.argument(CopyColumnsArguments.X).plus(row));
      I32.Local out = c.i32(f.argument(CopyColumnsArguments.OUT).plus(f.unit().times(to).shl(2)));
      I32.Local runs = c.i32(to.over(width));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(
          i,
          runs,
          1,
          () -> {
            c.copy(out, x, bytes);
            c.set(x, x.plus(f.argument(CopyColumnsArguments.STRIDE).shl(2)));
            c.set(out, out.plus(bytes));
          });
    });
  }
}
