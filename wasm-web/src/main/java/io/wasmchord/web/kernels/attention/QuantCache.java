package io.wasmchord.web.kernels.attention;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;
import io.wasmchord.web.kernels.emit.Quants32;

/**
 * A cache of int8 in blocks of 32 dimensions. A value's block is its binary16 scale and the
 * integers; a strip's block is its four scales, then [dimension][4 positions].
 */
final class QuantCache implements CacheCode {
  private static final int BLOCK = 32;
  private static final int BLOCK_BYTES = 2 + BLOCK;
  private static final int ROUND = 4; // dimensions in a round of the products' loop

  @Override
  public I32 bytes(I32 dim) {
    return dim.shrU(5).times(BLOCK_BYTES);
  }

  @Override
  public void storeKey(Code c, I32.Local to, I32.Local lane, I32.Local from, I32.Local dim) {
    I32.Local at = c.i32(to);
    eachBlock(
        c,
        dim,
        () -> {
          V128.Local[] quants = quantize(c, from, at.plus(lane.shl(1)));
          I32.Local first = c.i32(at.plus(8).plus(lane));
          for (int i = 0; i < BLOCK; i++) {
            c.store8Lane(first, 4 * i, quants[i / 16], i % 16);
          }
          c.increase(at, 4 * BLOCK_BYTES);
          c.increase(from, 4 * BLOCK);
        });
  }

  @Override
  public void storeValue(Code c, I32.Local to, I32.Local from, I32.Local dim) {
    I32.Local at = c.i32(to);
    eachBlock(
        c,
        dim,
        () -> {
          V128.Local[] quants = quantize(c, from, at);
          c.store(at, 2, quants[0]);
          c.store(at, 18, quants[1]);
          c.increase(at, BLOCK_BYTES);
          c.increase(from, 4 * BLOCK);
        });
  }

  private static void eachBlock(Code c, I32.Local dim, Runnable body) {
    I32.Local d = c.i32(I32.of(0));
    c.countTo(d, dim, BLOCK, body);
  }

  /** Stores the scale of the 32 floats at {@code from}; their integers, sixteen in a vector. */
  private static V128.Local[] quantize(Code c, I32.Local from, I32 scale) {
    Quants32 q = Quants32.of(c, from);
    c.store16(scale, 0, Halves.finiteBits(c, q.scale()));
    V128.Local[] bytes = new V128.Local[2];
    for (int i = 0; i < 2; i++) {
      bytes[i] =
          c.v128(V128.of(Opcode.I8X16_NARROW_I16X8_S, q.quants()[2 * i], q.quants()[2 * i + 1]));
    }
    return bytes;
  }

  @Override
  public void addProducts(
      Code c, I32.Local[] queries, I32.Local[] strips, I32.Local dim, V128.Local[][] sums) {
    V128.Local[] scales = new V128.Local[strips.length];
    for (int i = 0; i < strips.length; i++) {
      scales[i] = c.v128();
    }
    eachBlock(
        c,
        dim,
        () -> {
          for (int i = 0; i < strips.length; i++) {
            c.set(scales[i], Halves.finiteToFloats(V128.load16x4S(strips[i], 0)));
            c.increase(strips[i], 8);
          }
          I32.Local within = c.i32(I32.of(0));
          c.countTo(within, I32.of(BLOCK), ROUND, () -> round(c, queries, strips, scales, sums));
        });
  }

  /** Four dimensions. */
  private static void round(
      Code c, I32.Local[] queries, I32.Local[] strips, V128.Local[] scales, V128.Local[][] sums) {
    for (int d = 0; d < ROUND; d += 2) {
      for (int i = 0; i < strips.length; i++) {
        V128.Local two = c.v128(V128.load8x8S(strips[i], 4 * d));
        V128.Local even = c.v128(low(two).f32x4Mul(scales[i]));
        V128.Local odd = c.v128(high(two).f32x4Mul(scales[i]));
        for (int q = 0; q < queries.length; q++) {
          V128.Local sum = sums[q][i];
          c.set(sum, sum.f32x4Add(V128.load32Splat(queries[q], 4 * d).f32x4Mul(even)));
          c.set(sum, sum.f32x4Add(V128.load32Splat(queries[q], 4 * d + 4).f32x4Mul(odd)));
        }
      }
    }
    for (I32.Local strip : strips) {
      c.increase(strip, 4 * ROUND);
    }
    for (I32.Local query : queries) {
      c.increase(query, 4 * ROUND);
    }
  }

  private static V128 low(V128 shorts) {
    return V128.of(Opcode.I32X4_EXTEND_LOW_I16X8_S, shorts).toFloats();
  }

  private static V128 high(V128 shorts) {
    return V128.of(Opcode.I32X4_EXTEND_HIGH_I16X8_S, shorts).toFloats();
  }

  @Override
  public int[] passes(int queries) {
    return new int[] {BLOCK / 4};
  }

  @Override
  public int bytes(int vectors) {
    return BLOCK_BYTES;
  }

  @Override
  public V128[] values(Code c, I32.Local at, int vectors) {
    F32 first = Halves.finiteToFloat(I32.load16(at, 0));
    V128.Local scale = c.v128(V128.splat(first));
    V128[] values = new V128[vectors];
    for (int i = 0; i < vectors; i += 2) {
      V128.Local two = c.v128(V128.load8x8S(at, 2 + 4 * i));
      values[i] = low(two).f32x4Mul(scale);
      values[i + 1] = high(two).f32x4Mul(scale);
    }
    return values;
  }
}
