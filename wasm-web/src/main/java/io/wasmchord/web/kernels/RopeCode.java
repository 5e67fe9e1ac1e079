package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.RopeArguments;

/** Rotary embedding in place. A unit is one head of one row. */
final class RopeCode {
  private RopeCode() {}

  static Emit.Body<RopeArguments> body(boolean neox) {
    return (c, f) -> {
      I32.Local pairs = f.argument(RopeArguments.PAIRS);
      f.eachUnit(() -> {
        I32.Local x =
            c.i32(
                f.argument(RopeArguments.X)
                    .plus(f.unit().times(f.argument(RopeArguments.HEAD_DIM)).shl(2)));
        I32 row = f.unit().over(f.argument(RopeArguments.HEADS));
        I32.Local table = c.i32(f.argument(RopeArguments.TABLE).plus(row.times(pairs).shl(3)));
        if (neox) {
          halves(c, x, table, pairs);
        } else {
          neighbours(c, x, table, pairs);
        }
      });
    };
  }

  private static void halves(Code c, I32.Local x, I32.Local table, I32.Local pairs) {
    I32.Local y = c.i32(x.plus(pairs.shl(2)));
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        pairs,
        4,
        () -> {
          V128.Local t0 = c.v128(V128.load(table, 0));
          V128.Local t1 = c.v128(V128.load(table, 16));
          V128.Local cos = c.v128(V128.shuffle32(t0, t1, 0, 2, 4, 6));
          V128.Local sin = c.v128(V128.shuffle32(t0, t1, 1, 3, 5, 7));
          V128.Local a = c.v128(V128.load(x, 0));
          V128.Local b = c.v128(V128.load(y, 0));
          c.store(x, 0, a.f32x4Mul(cos).f32x4Sub(b.f32x4Mul(sin)));
          c.store(y, 0, a.f32x4Mul(sin).f32x4Add(b.f32x4Mul(cos)));
          c.increase(x, 16);
          c.increase(y, 16);
          c.increase(table, 32);
        });
    c.countTo(
        i,
        pairs,
        1,
        () -> {
          turn(c, x, y, table);
          c.increase(x, 4);
          c.increase(y, 4);
          c.increase(table, 8);
        });
  }

  private static void neighbours(Code c, I32.Local x, I32.Local table, I32.Local pairs) {
    I32.Local i = c.i32(I32.of(0));
    c.countTo(
        i,
        pairs,
        2,
        () -> {
          V128.Local t = c.v128(V128.load(table, 0));
          V128.Local v = c.v128(V128.load(x, 0));
          V128 turned = v.f32x4Mul(V128.shuffle32(t, t, 0, 0, 2, 2));
          V128.Local crossed =
              c.v128(V128.shuffle32(v, v, 1, 0, 3, 2).f32x4Mul(V128.shuffle32(t, t, 1, 1, 3, 3)));
          V128 signed =
              crossed.xor(V128.bytes(0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0));
          c.store(x, 0, turned.f32x4Add(signed));
          c.increase(x, 16);
          c.increase(table, 16);
        });
    c.countTo(
        i,
        pairs,
        1,
        () -> {
          turn(c, x, x.plus(4), table);
          c.increase(x, 8);
          c.increase(table, 8);
        });
  }

  private static void turn(Code c, I32 x, I32 y, I32 table) {
    F32.Local a = c.f32(F32.load(x, 0));
    F32.Local b = c.f32(F32.load(y, 0));
    F32.Local cos = c.f32(F32.load(table, 0));
    F32.Local sin = c.f32(F32.load(table, 4));
    c.store(x, 0, a.times(cos).minus(b.times(sin)));
    c.store(y, 0, a.times(sin).plus(b.times(cos)));
  }
}
