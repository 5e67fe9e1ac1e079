package io.wasmchord.web.kernels.rows;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.L2NormArguments;
import io.wasmchord.web.kernels.arguments.NormArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Lanes;

/** RMS norm and layer norm. A unit is a group of values. */
public final class NormCode {
  private NormCode() {}

  /** A formula over a value and the group's mean. */
  interface Term {
    <T extends Expr> T of(Lanes<T> lanes, T x, T mean);
  }

  static final Term VALUE =
      new Term() {
        @Override
        public <T extends Expr> T of(Lanes<T> lanes, T x, T mean) {
          return x;
        }
      };

  static final Term SQUARE =
      new Term() {
        @Override
        public <T extends Expr> T of(Lanes<T> lanes, T x, T mean) {
          return lanes.mul(x, x);
        }
      };

  private static final Term CENTERED =
      new Term() {
        @Override
        public <T extends Expr> T of(Lanes<T> lanes, T x, T mean) {
          return lanes.sub(x, mean);
        }
      };

  static final Term CENTERED_SQUARE =
      new Term() {
        @Override
        public <T extends Expr> T of(Lanes<T> lanes, T x, T mean) {
          T difference = lanes.let(lanes.sub(x, mean));
          return lanes.mul(difference, difference);
        }
      };

  public static Emit.Body<NormArguments> rmsNorm() {
    return (c, f) ->
        eachGroup(
            c,
            f,
            (x, out, n) -> {
              F32.Local none = c.f32(F32.of(0f));
              F32.Local inverse = inverse(c, f, mean(c, f, x, n, SQUARE, none));
              normalize(c, f, new Group(x, out, n), VALUE, none, inverse);
            });
  }

  public static Emit.Body<NormArguments> layerNorm() {
    return (c, f) ->
        eachGroup(
            c,
            f,
            (x, out, n) -> {
              F32.Local none = c.f32(F32.of(0f));
              F32.Local mean = c.f32(mean(c, f, x, n, VALUE, none));
              F32.Local inverse = inverse(c, f, mean(c, f, x, n, CENTERED_SQUARE, mean));
              normalize(c, f, new Group(x, out, n), CENTERED, mean, inverse);
            });
  }

  /** Divides runs of values by their lengths. A unit is a run. */
  public static Emit.Body<L2NormArguments> l2Norm() {
    return (c, f) -> {
      I32.Local n = f.argument(L2NormArguments.SIZE);
      I32.Local runs = f.argument(L2NormArguments.RUNS);
      f.eachUnit(() -> {
        I32 row = f.unit().over(runs).times(f.argument(L2NormArguments.STRIDE));
        I32 at = row.plus(f.unit().modulo(runs).times(n)).shl(2);
        I32.Local x = c.i32(f.argument(L2NormArguments.X).plus(at));
        F32 sum = sum(c, x, n, f.scratch(), SQUARE, c.f32(F32.of(0f)));
        F32 length = sum.plus(f.argument(L2NormArguments.EPS)).sqrt();
        F32.Local inverse = c.f32(F32.of(1f).over(length));
        V128.Local inverses = c.v128(V128.splat(inverse));
        I32.Local i = c.i32(I32.of(0));
        c.countTo(i, n, 4, () -> divide(new Lanes.Vector(c), c, x, inverses));
        c.countTo(i, n, 1, () -> divide(new Lanes.Single(c), c, x, inverse));
      });
    };
  }

  private static <T extends Expr> void divide(Lanes<T> l, Code c, I32.Local x, T inverse) {
    l.store(x, 0, l.mul(l.load(x, 0), inverse));
    c.increase(x, l.bytes());
  }

  private record Group(I32.Local x, I32.Local out, I32.Local n) {}

  private interface Body {
    void write(I32.Local x, I32.Local out, I32.Local n);
  }

  private static void eachGroup(Code c, Emit.Frame<NormArguments> f, Body body) {
    I32.Local n = f.argument(NormArguments.SIZE);
    f.eachUnit(() -> {
      I32.Local offset = c.i32(f.unit().times(n).shl(2));
      body.write(
          c.i32(f.argument(NormArguments.X).plus(offset)),
          c.i32(f.argument(NormArguments.OUT).plus(offset)),
          n);
    });
  }

  private static F32.Local inverse(Code c, Emit.Frame<NormArguments> f, F32 mean) {
    return c.f32(F32.of(1f).over(mean.plus(f.argument(NormArguments.EPS)).sqrt()));
  }

  private static F32 mean(
      Code c, Emit.Frame<NormArguments> f, I32 x, I32.Local n, Term term, F32.Local mean) {
    return c.f32(sum(c, x, n, f.scratch(), term, mean)).over(F32.convert(n));
  }

  /** The contract's strided sum of a term. */
  static F32 sum(Code c, I32 from, I32.Local n, I32 scratch, Term term, F32.Local mean) {
    V128.Local[] lanes = Emit.zeros(c, 4);
    V128.Local means = c.v128(V128.splat(mean));
    I32.Local x = c.i32(from);
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        n,
        16,
        () -> {
          for (int l = 0; l < 4; l++) {
            V128.Local v = c.v128(V128.load(x, 16 * l));
            V128 value = term.of(new Lanes.Vector(c), v, means);
            c.set(lanes[l], lanes[l].f32x4Add(value));
          }
          c.increase(x, 64);
        });
    c.when(i.lt(n), () -> rest(c, x, i, n, scratch, term, mean, lanes));
    return Emit.fold(c, lanes);
  }

  private static void rest(
      Code c,
      I32.Local x,
      I32.Local i,
      I32.Local n,
      I32 scratch,
      Term term,
      F32.Local mean,
      V128.Local[] lanes) {
    for (int l = 0; l < 4; l++) {
      c.store(scratch, 16 * l, lanes[l]);
    }
    I32.Local lane = c.i32(scratch);
    c.countTo(
        i,
        n,
        1,
        () -> {
          F32.Local v = c.f32(F32.load(x, 0));
          F32 value = term.of(new Lanes.Single(c), v, mean);
          c.store(lane, 0, F32.load(lane, 0).plus(value));
          c.increase(x, 4);
          c.increase(lane, 4);
        });
    for (int l = 0; l < 4; l++) {
      c.set(lanes[l], V128.load(scratch, 16 * l));
    }
  }

  private static void normalize(
      Code c,
      Emit.Frame<NormArguments> f,
      Group group,
      Term term,
      F32.Local mean,
      F32.Local inverse) {
    I32 row = f.unit().modulo(f.argument(NormArguments.ROWS));
    I32.Local weight = c.i32(f.argument(NormArguments.WEIGHT).plus(row.times(group.n).shl(2)));
    V128.Local inverses = c.v128(V128.splat(inverse));
    V128.Local means = c.v128(V128.splat(mean));
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i, group.n, 4, () -> step(new Lanes.Vector(c), c, group, weight, term, means, inverses));
    c.countTo(
        i, group.n, 1, () -> step(new Lanes.Single(c), c, group, weight, term, mean, inverse));
  }

  private static <T extends Expr> void step(
      Lanes<T> l, Code c, Group group, I32.Local weight, Term term, T mean, T inverse) {
    T value = term.of(l, l.let(l.load(group.x, 0)), mean);
    l.store(group.out, 0, l.mul(l.mul(value, inverse), l.load(weight, 0)));
    c.increase(group.x, l.bytes());
    c.increase(group.out, l.bytes());
    c.increase(weight, l.bytes());
  }
}
