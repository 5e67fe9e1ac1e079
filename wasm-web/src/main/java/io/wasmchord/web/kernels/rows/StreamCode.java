package io.wasmchord.web.kernels.rows;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.AddMixedArguments;
import io.wasmchord.web.kernels.arguments.MatchLengthArguments;
import io.wasmchord.web.kernels.arguments.SparsifyArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;

/** Commands of models with several residual streams. */
public final class StreamCode {
  private StreamCode() {}

  /** Adds to runs the sums of other runs, each times a factor. */
  public static void addMixed(Code c, Emit.Frame<AddMixedArguments> f) {
    I32.Local runs = f.argument(AddMixedArguments.RUNS);
    I32.Local outRuns = f.argument(AddMixedArguments.OUT_RUNS);
    I32.Local width = f.argument(AddMixedArguments.WIDTH);
    I32.Local stride = c.i32(width.shl(2));
    f.eachUnit(() -> {
      I32.Local row = c.i32(f.unit().over(outRuns));
      I32.Local run = c.i32(f.unit().modulo(outRuns));
      I32 factorRow = row.times(f.argument(AddMixedArguments.FACTOR_STRIDE));
      I32 factorAt = factorRow.plus(run.times(runs)).shl(2);
      I32 outAt = row.times(f.argument(AddMixedArguments.OUT_STRIDE)).plus(run.times(width)).shl(2);
      Mix mix =
          new Mix(
              c.i32(f.argument(AddMixedArguments.X).plus(row.times(runs).times(stride))),
              stride,
              c.i32(f.argument(AddMixedArguments.FACTORS).plus(factorAt)),
              c.i32(f.argument(AddMixedArguments.OUT).plus(outAt)),
              runs);
      I32.Local i = c.i32(I32.of(0));
      c.countTo(i, width, 4, () -> add(new Lanes.Vector(c), c, mix));
      c.countTo(i, width, 1, () -> add(new Lanes.Single(c), c, mix));
    });
  }

  /**
   * Where a run's operands are.
   *
   * @param x the next columns of the first run that is mixed
   * @param stride bytes from a run to the next
   * @param factor the first factor
   * @param out the next columns that are added to
   * @param runs that are mixed
   */
  private record Mix(
      I32.Local x, I32.Local stride, I32.Local factor, I32.Local out, I32.Local runs) {}

  private static <T extends Expr> void add(Lanes<T> l, Code c, Mix mix) {
    T sum = l.let(l.constant(0f));
    I32.Local x = c.i32(mix.x);
    I32.Local factor = c.i32(mix.factor);
    I32.Local j = c.i32(I32.of(0));
    c.countTo(
        j,
        mix.runs,
        1,
        () -> {
          l.set(sum, l.add(sum, l.mul(l.load(x, 0), l.broadcast(factor))));
          c.set(x, x.plus(mix.stride));
          c.increase(factor, 4);
        });
    l.store(mix.out, 0, l.add(l.load(mix.out, 0), sum));
    c.increase(mix.x, l.bytes());
    c.increase(mix.out, l.bytes());
  }

  /** Scales rows to the lengths of others. */
  public static void matchLength(Code c, Emit.Frame<MatchLengthArguments> f) {
    I32.Local n = f.argument(MatchLengthArguments.SIZE);
    F32.Local eps = f.argument(MatchLengthArguments.EPS);
    F32.Local none = c.f32(F32.of(0f));
    F32.Local count = c.f32(F32.convert(n));
    f.eachUnit(() -> {
      I32.Local at = c.i32(f.unit().times(n).shl(2));
      I32.Local x = c.i32(f.argument(MatchLengthArguments.X).plus(at));
      I32.Local like = c.i32(f.argument(MatchLengthArguments.LIKE).plus(at));
      F32.Local length =
          c.f32(NormCode.sum(c, like, n, f.scratch(), NormCode.SQUARE, none).over(count).sqrt());
      F32.Local own = c.f32(NormCode.sum(c, x, n, f.scratch(), NormCode.SQUARE, none).over(count));
      F32 least = F32.select(own.lt(eps), eps, own);
      F32.Local factor = c.f32(length.over(least.sqrt()));
      V128.Local factors = c.v128(V128.splat(factor));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(i, n, 4, () -> scale(new Lanes.Vector(c), c, x, factors));
      c.countTo(i, n, 1, () -> scale(new Lanes.Single(c), c, x, factor));
    });
  }

  private static <T extends Expr> void scale(Lanes<T> l, Code c, I32.Local x, T factor) {
    l.store(x, 0, l.mul(l.load(x, 0), factor));
    c.increase(x, l.bytes());
  }

  /** Takes from rows what is above their cutoffs. */
  public static void sparsify(Code c, Emit.Frame<SparsifyArguments> f) {
    I32.Local n = f.argument(SparsifyArguments.SIZE);
    F32.Local deviations = f.argument(SparsifyArguments.DEVIATIONS);
    F32.Local none = c.f32(F32.of(0f));
    f.eachUnit(() -> {
      I32.Local x = c.i32(f.argument(SparsifyArguments.X).plus(f.unit().times(n).shl(2)));
      F32 all = NormCode.sum(c, x, n, f.scratch(), NormCode.VALUE, none);
      F32.Local mean = c.f32(all.over(F32.convert(n)));
      F32 squares = NormCode.sum(c, x, n, f.scratch(), NormCode.CENTERED_SQUARE, mean);
      F32 deviation = squares.over(F32.convert(n.minus(1))).sqrt();
      F32.Local cutoff = c.f32(mean.plus(deviation.times(deviations)));
      V128.Local cutoffs = c.v128(V128.splat(cutoff));
      I32.Local i = c.i32(I32.of(0));
      c.countTo(i, n, 4, () -> above(new Lanes.Vector(c), c, x, cutoffs));
      c.countTo(i, n, 1, () -> above(new Lanes.Single(c), c, x, cutoff));
    });
  }

  private static <T extends Expr> void above(Lanes<T> l, Code c, I32.Local x, T cutoff) {
    l.store(x, 0, Functions.relu(l, l.sub(l.load(x, 0), cutoff)));
    c.increase(x, l.bytes());
  }
}
