package io.wasmchord.web.kernels.rows;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.AddBiasArguments;
import io.wasmchord.web.kernels.arguments.AddGatedArguments;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.ScaleRowsArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;

/** Elementwise functions, and biases, which are rows. */
public final class RowCode {
  private RowCode() {}

  /** A formula over two values and a constant, for any number of lanes. */
  public interface Formula {
    <T extends Expr> T of(Lanes<T> lanes, T x, T y, T factor);
  }

  /** {@code out[i] = formula(x[i], y[i])}. */
  public static Emit.Body<ElementwiseArguments> elementwise(Formula formula) {
    return (c, f) -> {
      I32.Local first = c.i32(f.unit().times(ElementwiseArguments.ELEMENTS));
      I32.Local last =
          c.i32(
              f.end()
                  .times(ElementwiseArguments.ELEMENTS)
                  .min(f.argument(ElementwiseArguments.COUNT)));
      F32.Local factor = f.argument(ElementwiseArguments.FACTOR);
      V128.Local factors = c.v128(V128.splat(factor));
      I32.Local x = c.i32(f.argument(ElementwiseArguments.X).plus(first.shl(2)));
      I32.Local y = c.i32(f.argument(ElementwiseArguments.Y).plus(first.shl(2)));
      I32.Local out = c.i32(f.argument(ElementwiseArguments.OUT).plus(first.shl(2)));
      c.countTo(first, last, 4, () -> step(new Lanes.Vector(c), c, formula, x, y, out, factors));
      c.countTo(first, last, 1, () -> step(new Lanes.Single(c), c, formula, x, y, out, factor));
    };
  }

  static <T extends Expr> void step(
      Lanes<T> lanes, Code c, Formula formula, I32.Local x, I32.Local y, I32.Local out, T factor) {
    T a = lanes.let(lanes.load(x, 0));
    T b = lanes.let(lanes.load(y, 0));
    lanes.store(out, 0, formula.of(lanes, a, b, factor));
    c.increase(x, lanes.bytes());
    c.increase(y, lanes.bytes());
    c.increase(out, lanes.bytes());
  }

  /** {@code x = x + bias}. A unit is a row. */
  public static Emit.Body<AddBiasArguments> addBias() {
    Formula add =
        new Formula() {
          @Override
          public <T extends Expr> T of(Lanes<T> lanes, T x, T y, T factor) {
            return lanes.add(x, y);
          }
        };
    return (c, f) -> {
      I32.Local n = f.argument(AddBiasArguments.SIZE);
      F32.Local one = c.f32(F32.of(1f));
      V128.Local ones = c.v128(V128.f32x4(1f));
      f.eachUnit(() -> {
        I32.Local x = c.i32(f.argument(AddBiasArguments.X).plus(f.unit().times(n).shl(2)));
        I32.Local y = f.argument(AddBiasArguments.BIAS);
        I32.Local out = c.i32(x);
        I32.Local i = c.i32(I32.of(0));
        c.countTo(i, n, 4, () -> step(new Lanes.Vector(c), c, add, x, y, out, ones));
        c.countTo(i, n, 1, () -> step(new Lanes.Single(c), c, add, x, y, out, one));
      });
    };
  }

  /** {@code x = x + y * sigmoid(logit)}. A unit is a row. */
  public static Emit.Body<AddGatedArguments> addGated() {
    return (c, f) -> {
      I32.Local n = f.argument(AddGatedArguments.SIZE);
      f.eachUnit(() -> {
        I32.Local offset = c.i32(f.unit().times(n).shl(2));
        I32.Local x = c.i32(f.argument(AddGatedArguments.X).plus(offset));
        I32.Local y = c.i32(f.argument(AddGatedArguments.Y).plus(offset));
        I32.Local out = c.i32(x);
        F32.Local logit =
            c.f32(F32.load(f.argument(AddGatedArguments.LOGITS).plus(f.unit().shl(2)), 0));
        F32.Local factor = c.f32(Functions.sigmoid(new Lanes.Single(c), logit));
        V128.Local factors = c.v128(V128.splat(factor));
        I32.Local i = c.i32(I32.of(0));
        c.countTo(i, n, 4, () -> step(new Lanes.Vector(c), c, ADD_SCALED, x, y, out, factors));
        c.countTo(i, n, 1, () -> step(new Lanes.Single(c), c, ADD_SCALED, x, y, out, factor));
      });
    };
  }

  /** {@code x = x * factor}. A unit is a row. */
  public static Emit.Body<ScaleRowsArguments> scaleRows() {
    Formula scale =
        new Formula() {
          @Override
          public <T extends Expr> T of(Lanes<T> lanes, T x, T y, T factor) {
            return lanes.mul(x, factor);
          }
        };
    return (c, f) -> {
      I32.Local n = f.argument(ScaleRowsArguments.SIZE);
      f.eachUnit(() -> {
        I32.Local x = c.i32(f.argument(ScaleRowsArguments.X).plus(f.unit().times(n).shl(2)));
        I32.Local y = c.i32(x);
        I32.Local out = c.i32(x);
        I32 at = f.argument(ScaleRowsArguments.FACTORS).plus(f.unit().shl(2));
        F32.Local factor = c.f32(F32.load(at, 0));
        V128.Local factors = c.v128(V128.splat(factor));
        I32.Local i = c.i32(I32.of(0));
        c.countTo(i, n, 4, () -> step(new Lanes.Vector(c), c, scale, x, y, out, factors));
        c.countTo(i, n, 1, () -> step(new Lanes.Single(c), c, scale, x, y, out, factor));
      });
    };
  }

  /** {@code x + y * factor}. */
  public static final Formula ADD_SCALED =
      new Formula() {
        @Override
        public <T extends Expr> T of(Lanes<T> lanes, T x, T y, T factor) {
          return lanes.add(x, lanes.mul(y, factor));
        }
      };
}
