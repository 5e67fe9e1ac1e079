package io.wasmchord.web.kernels.rows;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.Expr;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.ElementwiseArguments;
import io.wasmchord.web.kernels.arguments.XieluArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Functions;
import io.wasmchord.web.kernels.emit.Lanes;

/** xIELU, an activation with numbers of its own in each layer. */
public final class XieluCode {
  private XieluCode() {}

  /** The numbers, for one lane or several. */
  private record Numbers<T extends Expr>(T negative, T positive, T beta, T limit) {}

  public static void body(Code c, Emit.Frame<XieluArguments> f) {
    I32.Local first = c.i32(f.unit().times(ElementwiseArguments.ELEMENTS));
    I32.Local last =
        c.i32(f.end().times(ElementwiseArguments.ELEMENTS).min(f.argument(XieluArguments.COUNT)));
    I32.Local x = c.i32(f.argument(XieluArguments.X).plus(first.shl(2)));
    Numbers<F32> single =
        new Numbers<>(
            f.argument(XieluArguments.NEGATIVE),
            f.argument(XieluArguments.POSITIVE),
            f.argument(XieluArguments.BETA),
            f.argument(XieluArguments.LIMIT));
    Numbers<V128> vector =
        new Numbers<>(
            c.v128(V128.splat(single.negative)),
            c.v128(V128.splat(single.positive)),
            c.v128(V128.splat(single.beta)),
            c.v128(V128.splat(single.limit)));
    c.countTo(first, last, 4, () -> step(new Lanes.Vector(c), c, vector, x));
    c.countTo(first, last, 1, () -> step(new Lanes.Single(c), c, single, x));
  }

  private static <T extends Expr> void step(Lanes<T> l, Code c, Numbers<T> n, I32.Local at) {
    T x = l.let(l.load(at, 0));
    T above = l.mul(l.mul(n.positive, x), x);
    T exp = Functions.exp(l, l.ifLess(x, n.limit, x, n.limit));
    T below = l.mul(l.sub(l.sub(exp, l.constant(1f)), x), n.negative);
    l.store(at, 0, l.add(l.ifLess(l.constant(0f), x, above, below), l.mul(n.beta, x)));
    c.increase(at, l.bytes());
  }
}
