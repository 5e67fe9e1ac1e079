package io.wasmchord.web.kernels.emit;

import io.wasmchord.quant.format.Partner;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * A block of 32 floats as integers of -127..127, as {@code quant.format.Q8_0} makes them.
 *
 * @param scale before it is rounded to binary16
 * @param quants eight int16 in each of four vectors
 */
public record Quants32(F32.Local scale, V128.Local[] quants) {
  /** Quantizes the floats at {@code x}. */
  public static Quants32 of(Code c, I32 x) {
    V128.Local[] v = new V128.Local[8];
    V128.Local max = c.v128(V128.f32x4(0f));
    for (int i = 0; i < 8; i++) {
      v[i] = c.v128(V128.load(x, 16 * i));
      c.set(max, Emit.larger(max, Emit.abs(v[i])));
    }
    F32.Local d = c.f32(Emit.largestLane(c, max).over(F32.of(Partner.LARGEST)));
    F32.Local inverse = c.f32(F32.select(d.eq(F32.of(0f)), F32.of(0f), F32.of(1f).over(d)));
    V128.Local factor = c.v128(V128.splat(inverse));
    V128.Local[] q = new V128.Local[4];
    for (int i = 0; i < 4; i++) {
      V128 a = clamp(awayFromZero(c, v[2 * i].f32x4Mul(factor)));
      V128 b = clamp(awayFromZero(c, v[2 * i + 1].f32x4Mul(factor)));
      q[i] = c.v128(V128.of(Opcode.I16X8_NARROW_I32X4_S, a, b));
    }
    return new Quants32(d, q);
  }

  /** Integers within -127..127. */
  public static V128 clamp(V128 v) {
    V128 low = V128.of(Opcode.I32X4_MIN_S, v, V128.i32x4(Partner.LARGEST));
    return V128.of(Opcode.I32X4_MAX_S, low, V128.i32x4(-Partner.LARGEST));
  }

  /** C's roundf, as {@code Q8_0.roundAwayFromZero}. */
  private static V128 awayFromZero(Code c, V128 value) {
    V128.Local v = c.v128(value);
    V128.Local whole = c.v128(V128.of(Opcode.I32X4_TRUNC_SAT_F32X4_S, v));
    V128.Local rest = c.v128(v.f32x4Sub(whole.toFloats()));
    V128 up = V128.of(Opcode.F32X4_GE, rest, V128.f32x4(0.5f)); // -1 where true
    V128 down = V128.of(Opcode.F32X4_LE, rest, V128.f32x4(-0.5f));
    return whole.i32x4Sub(up).i32x4Add(down);
  }
}
