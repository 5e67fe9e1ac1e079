package io.wasmchord.web.kernels.recurrent;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.AddBonusArguments;
import io.wasmchord.web.kernels.arguments.TokenShiftArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Lanes;

/** RWKV's token shift and what its heads get beside their matrices. */
public final class TimeMixCode {
  /** Columns in a unit of a shift. */
  public static final int COLUMNS = 256;

  private TimeMixCode() {}

  public static void shift(Code c, Emit.Frame<TokenShiftArguments> f) {
    I32.Local width = f.argument(TokenShiftArguments.WIDTH);
    I32.Local fresh = c.i32(f.argument(TokenShiftArguments.POSITION).eqz());
    f.eachUnit(() -> {
      I32.Local i = c.i32(f.unit().times(COLUMNS));
      I32.Local last = c.i32(i.plus(COLUMNS).min(width));
      c.countTo(i, last, 4, () -> columns(new Lanes.Vector(c), c, f, i, width, fresh));
      c.countTo(i, last, 1, () -> columns(new Lanes.Single(c), c, f, i, width, fresh));
    });
  }

  private static <T extends Expr> void columns(
      Lanes<T> l,
      Code c,
      Emit.Frame<TokenShiftArguments> f,
      I32.Local i,
      I32.Local width,
      I32.Local fresh) {
    I32.Local column = c.i32(i.shl(2));
    I32.Local state = c.i32(f.argument(TokenShiftArguments.BEFORE).plus(column));
    I32.Local x = c.i32(f.argument(TokenShiftArguments.X).plus(column));
    I32.Local out = c.i32(f.argument(TokenShiftArguments.OUT).plus(column));
    T before = l.let(l.constant(0f));
    c.when(fresh.eqz(), () -> l.set(before, l.load(state, 0)));
    I32.Local t = c.i32(I32.of(0));
    c.countTo(
        t,
        f.argument(TokenShiftArguments.ROWS),
        1,
        () -> {
          T own = l.let(l.load(x, 0));
          l.store(out, 0, l.sub(before, own));
          l.set(before, own);
          c.set(x, x.plus(width.shl(2)));
          c.set(out, out.plus(width.shl(2)));
        });
    l.store(state, 0, before);
  }

  public static void bonus(Code c, Emit.Frame<AddBonusArguments> f) {
    I32.Local dim = f.argument(AddBonusArguments.HEAD_DIM);
    I32.Local heads = f.argument(AddBonusArguments.HEADS);
    f.eachUnit(() -> {
      I32.Local at = c.i32(f.unit().times(dim).shl(2));
      I32 head = f.unit().modulo(heads).times(dim).shl(2);
      I32.Local factor = c.i32(f.argument(AddBonusArguments.FACTORS).plus(head));
      I32.Local r = c.i32(f.argument(AddBonusArguments.R).plus(at));
      I32.Local k = c.i32(f.argument(AddBonusArguments.K).plus(at));
      F32.Local sum = c.f32(F32.of(0f));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(
          i,
          dim,
          1,
          () -> {
            F32 term = F32.load(r, 0).times(F32.load(k, 0)).times(F32.load(factor, 0));
            c.set(sum, sum.plus(term));
            c.increase(r, 4);
            c.increase(k, 4);
            c.increase(factor, 4);
          });
      I32.Local x = c.i32(f.argument(AddBonusArguments.X).plus(at));
      I32.Local v = c.i32(f.argument(AddBonusArguments.V).plus(at));
      V128.Local sums = c.v128(V128.splat(sum));
      c.set(i, I32.of(0));
      c.countTo(i, dim, 4, () -> add(new Lanes.Vector(c), c, x, v, sums));
      c.countTo(i, dim, 1, () -> add(new Lanes.Single(c), c, x, v, sum));
    });
  }

  private static <T extends Expr> void add(Lanes<T> l, Code c, I32.Local x, I32.Local v, T factor) {
    l.store(x, 0, l.add(l.load(x, 0), l.mul(l.load(v, 0), factor)));
    c.increase(x, l.bytes());
    c.increase(v, l.bytes());
  }
}
