package io.wasmchord.web.kernels.products;

import io.wasmchord.math.FloatMath;
import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.arguments.PackArguments;
import io.wasmchord.web.kernels.emit.Emit;
import io.wasmchord.web.kernels.emit.Halves;
import io.wasmchord.web.kernels.emit.Quants32;

/**
 * Packs rows of float activations as {@link ActivationLayout} says. A unit is one block of one row.
 */
public final class QuantizeCode {
  private final ActivationLayout format;

  public QuantizeCode(ActivationLayout format) {
    this.format = format;
  }

  private boolean bytes() {
    return format == ActivationLayout.Q8_BYTES || format == ActivationLayout.Q8K_BYTES;
  }

  public void body(Code c, Emit.Frame<PackArguments> f) {
    I32.Local blocks = f.argument(PackArguments.BLOCKS);
    I32.Local tile = f.argument(PackArguments.TILE_ROWS);
    I32.Local stride = c.i32(tile.shl(2));
    f.eachUnit(() -> {
      I32.Local x =
          c.i32(f.argument(PackArguments.X).plus(f.unit().times(4 * format.blockValues())));
      I32.Local record = c.i32(record(c, f, blocks, tile));
      switch (format) {
        case FLOATS -> floats(c, x, record, stride);
        case Q8_BYTES, Q8_SHORTS -> block32(c, x, record, stride);
        case Q8K_BYTES, Q8K_SHORTS -> block256(c, x, record, stride);
      }
    });
  }

  /** Where word 0 of the unit's row stands. */
  private I32 record(Code c, Emit.Frame<PackArguments> f, I32.Local blocks, I32.Local tile) {
    int panel = format.panelBlocks();
    I32.Local row = c.i32(f.unit().over(blocks));
    I32.Local block = c.i32(f.unit().modulo(blocks));
    I32.Local panelStart = c.i32(block.minus(block.modulo(I32.of(panel))));
    I32.Local inPanel = c.i32(I32.of(panel).min(blocks.minus(panelStart)));
    I32 index =
        panelStart
            .times(f.argument(PackArguments.TILES))
            .plus(row.over(tile).times(inPanel))
            .plus(block.minus(panelStart));
    I32 words = index.times(tile).times(format.words());
    return f.argument(PackArguments.OUT).plus(words.plus(row.modulo(tile)).shl(2));
  }

  private static void floats(Code c, I32 x, I32.Local record, I32 stride) {
    for (int i = 0; i < ActivationLayout.FLOATS.blockValues(); i++) {
      c.store(record, 0, I32.load(x, 4 * i));
      c.set(record, record.plus(stride));
    }
  }

  /** Stores the four words of {@code v} and moves on. */
  private static void words(Code c, I32.Local to, I32 stride, V128.Local v) {
    for (int lane = 0; lane < 4; lane++) {
      c.store32Lane(to, 0, v, lane);
      c.set(to, to.plus(stride));
    }
  }

  private static V128 integers(V128 floats) {
    return V128.of(Opcode.I32X4_TRUNC_SAT_F32X4_S, floats);
  }

  private static V128.Local narrow(Code c, V128 a, V128 b) {
    return c.v128(V128.of(Opcode.I16X8_NARROW_I32X4_S, a, b));
  }

  /** Stores sixteen quants that are given as two vectors of 16 bits. */
  private void quants(Code c, I32.Local to, I32 stride, V128.Local a, V128.Local b) {
    if (bytes()) {
      words(c, to, stride, c.v128(V128.of(Opcode.I8X16_NARROW_I16X8_S, a, b)));
    } else {
      words(c, to, stride, a);
      words(c, to, stride, b);
    }
  }

  private static I32 sum(Code c, V128 fourSums) {
    V128.Local v = c.v128(fourSums);
    c.set(v, v.i32x4Add(V128.shuffle32(v, v, 2, 3, 0, 1)));
    c.set(v, v.i32x4Add(V128.shuffle32(v, v, 1, 0, 3, 2)));
    return v.i32Lane(0);
  }

  /** Q8_0 and Q8_1: both scales and the integer sum. */
  private void block32(Code c, I32 x, I32.Local record, I32 stride) {
    Quants32 block = Quants32.of(c, x);
    F32.Local d = block.scale();
    V128.Local[] q = block.quants();
    quants(c, record, stride, q[0], q[1]);
    quants(c, record, stride, q[2], q[3]);
    I32.Local low = c.i32(sum(c, q[0].i16x8Add(q[1]).i32x4Dot(V128.i16x8(1))));
    I32.Local high = c.i32(sum(c, q[2].i16x8Add(q[3]).i32x4Dot(V128.i16x8(1))));
    I32.Local total = c.i32(low.plus(high));
    F32.Local rounded = c.f32();
    Halves.round(c, d, rounded);
    c.store(record, 0, rounded);
    c.set(record, record.plus(stride));
    c.store(record, 0, total);
    c.set(record, record.plus(stride));
    F32.Local s = c.f32(d.times(F32.convert(total)));
    Halves.round(c, s, rounded);
    c.store(record, 0, rounded);
    c.set(record, record.plus(stride));
    c.store(record, 0, low);
    c.set(record, record.plus(stride));
    c.store(record, 0, high);
  }

  private void block256(Code c, I32.Local x, I32.Local record, I32.Local stride) {
    F32.Local inverse = c.f32(F32.of(0f));
    F32.Local d = c.f32(F32.of(0f));
    extreme(c, x, inverse, d);
    V128.Local factor = c.v128(V128.splat(inverse));
    I32.Local to = c.i32(record);
    I32.Local sums16 = c.i32(record.plus(stride.times(format.quantWords())));
    I32.Local sums32 = c.i32(sums16.plus(stride.shl(3)));
    c.store(sums16.plus(stride.times(12)), 0, d);
    I32.Local end = c.i32(x.plus(1024));
    c.loop(again -> {
      V128.Local[] q = new V128.Local[4];
      for (int i = 0; i < 4; i++) {
        q[i] = narrow(c, rounded(x, 32 * i, factor), rounded(x, 32 * i + 16, factor));
      }
      quants(c, to, stride, q[0], q[1]);
      quants(c, to, stride, q[2], q[3]);
      I32.Local low = c.i32(sum(c, q[0].i16x8Add(q[1]).i32x4Dot(V128.i16x8(1))));
      I32.Local high = c.i32(sum(c, q[2].i16x8Add(q[3]).i32x4Dot(V128.i16x8(1))));
      c.store16(sums16, 0, low);
      c.store16(sums16, 2, high);
      c.set(sums16, sums16.plus(stride));
      // the first of a pair of sums stands at an even place: x's bit 7 tells which it is
      I32.Local half = c.i32(x.minus(end).shrU(7).and(1).shl(1));
      c.store16(sums32.plus(half), 0, low.plus(high));
      c.set(sums32, sums32.plus(I32.select(half.eqz(), I32.of(0), stride)));
      c.increase(x, 128);
      c.branchIf(x.ltU(end), again);
    });
  }

  private static V128 rounded(I32 x, int offset, V128 factor) {
    V128 round = V128.f32x4(FloatMath.ROUND);
    V128 value = V128.load(x, offset).f32x4Mul(factor);
    return Quants32.clamp(integers(value.f32x4Add(round).f32x4Sub(round)));
  }

  /** Finds the first value of largest magnitude and sets {@code inverse} and {@code d} by it. */
  private static void extreme(Code c, I32 x, F32.Local inverse, F32.Local d) {
    V128.Local max = c.v128(V128.f32x4(0f));
    I32.Local at = c.i32(x);
    I32.Local end = c.i32(x.plus(1024));
    c.loop(again -> {
      for (int i = 0; i < 8; i++) {
        c.set(max, Emit.larger(max, Emit.abs(V128.load(at, 16 * i))));
      }
      c.increase(at, 128);
      c.branchIf(at.ltU(end), again);
    });
    F32.Local magnitude = c.f32(Emit.largestLane(c, max));
    c.when(
        magnitude.gt(F32.of(0f)),
        () -> {
          V128.Local wanted = c.v128(V128.splat(magnitude));
          I32.Local found = c.i32();
          c.set(at, x);
          c.loop(again -> {
            V128 equal = V128.of(Opcode.F32X4_EQ, Emit.abs(V128.load(at, 0)), wanted);
            c.set(found, equal.i32x4Bitmask());
            c.increase(at, 16);
            c.branchIf(found.eqz(), again);
          });
          F32 value = F32.load(at.plus(found.ctz().shl(2)).minus(16), 0);
          c.set(inverse, F32.of(-127f).over(value));
          c.set(d, F32.of(1f).over(inverse));
        });
  }
}
