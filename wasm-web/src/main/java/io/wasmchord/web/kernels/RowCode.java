package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.V128;

/** The commands between the matrix products: norm, rope, cache writes, elementwise functions. */
public final class RowCode {
  /** Values in a unit of an elementwise kernel. */
  public static final int ELEMENTS = 1024;

  private RowCode() {}

  /** Arguments of elementwise kernels: addresses x, y, out; number of values; a float. */
  public static final int X = 0;

  public static final int Y = 1;
  public static final int OUT = 2;
  public static final int COUNT = 3;
  public static final int FACTOR = 4;

  /** A formula over two values and a constant, for any number of lanes. */
  interface Formula {
    <T extends Expr> T of(Lanes<T> lanes, T x, T y, T factor);
  }

  /** {@code out[i] = formula(x[i], y[i])}. */
  static int elementwise(ModuleBuilder module, Formula formula) {
    return Emit.kernel(
        module,
        (c, f) -> {
          I32.Local first = c.i32(f.unit().times(ELEMENTS));
          I32.Local last = c.i32(f.end().times(ELEMENTS).min(f.argument(COUNT)));
          F32.Local factor = f.floatArgument(FACTOR);
          V128.Local factors = c.v128(V128.splat(factor));
          I32.Local x = c.i32(f.argument(X).plus(first.shl(2)));
          I32.Local y = c.i32(f.argument(Y).plus(first.shl(2)));
          I32.Local out = c.i32(f.argument(OUT).plus(first.shl(2)));
          c.countTo(
              first, last, 4, () -> step(new Lanes.Vector(c), c, formula, x, y, out, factors));
          c.countTo(first, last, 1, () -> step(new Lanes.Single(c), c, formula, x, y, out, factor));
        });
  }

  private static <T extends Expr> void step(
      Lanes<T> lanes, Code c, Formula formula, I32.Local x, I32.Local y, I32.Local out, T factor) {
    T a = lanes.let(lanes.load(x, 0));
    T b = lanes.let(lanes.load(y, 0));
    lanes.store(out, 0, formula.of(lanes, a, b, factor));
    c.increase(x, lanes.bytes());
    c.increase(y, lanes.bytes());
    c.increase(out, lanes.bytes());
  }

  /** Arguments of the norm: addresses x, weight, out; values in a group; eps. A unit is a group. */
  public static final int NORM_WEIGHT = 1;

  public static final int NORM_OUT = 2;
  public static final int NORM_SIZE = 3;
  public static final int NORM_EPS = 4;

  static int rmsNorm(ModuleBuilder module) {
    return Emit.kernel(
        module,
        (c, f) -> {
          I32.Local n = f.argument(NORM_SIZE);
          f.eachUnit(() -> {
            I32.Local offset = c.i32(f.unit().times(n).shl(2));
            I32.Local x = c.i32(f.argument(X).plus(offset));
            F32.Local sum = c.f32(sumOfSquares(c, x, n, f.scratch()));
            F32 mean = sum.over(F32.convert(n));
            F32.Local inverse = c.f32(F32.of(1f).over(mean.plus(f.floatArgument(NORM_EPS)).sqrt()));
            normalize(c, f, x, c.i32(f.argument(NORM_OUT).plus(offset)), n, inverse);
          });
        });
  }

  private static F32 sumOfSquares(Code c, I32 from, I32.Local n, I32 scratch) {
    V128.Local[] lanes = Emit.zeros(c, 4);
    I32.Local x = c.i32(from);
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        n,
        16,
        () -> {
          for (int l = 0; l < 4; l++) {
            V128.Local v = c.v128(V128.load(x, 16 * l));
            c.set(lanes[l], lanes[l].f32x4Add(v.f32x4Mul(v)));
          }
          c.increase(x, 64);
        });
    c.when(
        i.lt(n),
        () -> {
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
                c.store(lane, 0, F32.load(lane, 0).plus(v.times(v)));
                c.increase(x, 4);
                c.increase(lane, 4);
              });
          for (int l = 0; l < 4; l++) {
            c.set(lanes[l], V128.load(scratch, 16 * l));
          }
        });
    return Emit.fold(c, lanes);
  }

  private static void normalize(
      Code c, Emit.Frame f, I32.Local x, I32.Local out, I32.Local n, F32.Local inverse) {
    I32.Local weight = f.argument(NORM_WEIGHT);
    V128.Local inverses = c.v128(V128.splat(inverse));
    Formula scale =
        new Formula() {
          @Override
          public <T extends Expr> T of(Lanes<T> lanes, T value, T w, T factor) {
            return lanes.mul(lanes.mul(value, factor), w);
          }
        };
    I32.Local i = c.i32(I32.of(0));
    c.countTo(i, n, 4, () -> step(new Lanes.Vector(c), c, scale, x, weight, out, inverses));
    c.countTo(i, n, 1, () -> step(new Lanes.Single(c), c, scale, x, weight, out, inverse));
  }

  /** Arguments of the bias: x and OUT are the rows, Y the bias, COUNT its size. A unit is a row. */
  static int addBias(ModuleBuilder module) {
    Formula add =
        new Formula() {
          @Override
          public <T extends Expr> T of(Lanes<T> lanes, T x, T y, T factor) {
            return lanes.add(x, y);
          }
        };
    return Emit.kernel(
        module,
        (c, f) -> {
          I32.Local n = f.argument(COUNT);
          F32.Local one = c.f32(F32.of(1f));
          V128.Local ones = c.v128(V128.f32x4(1f));
          f.eachUnit(() -> {
            I32.Local x = c.i32(f.argument(X).plus(f.unit().times(n).shl(2)));
            I32.Local y = f.argument(Y);
            I32.Local out = c.i32(x);
            I32.Local i = c.i32(I32.of(0));
            c.countTo(i, n, 4, () -> step(new Lanes.Vector(c), c, add, x, y, out, ones));
            c.countTo(i, n, 1, () -> step(new Lanes.Single(c), c, add, x, y, out, one));
          });
        });
  }
}
