package io.wasmchord.web.kernels.attention;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** A cache whose values stand for themselves, one after the other: float32 or binary16. */
abstract class PlainCache implements CacheCode {
  private static final int WIDE = 8;

  private final int shift;

  /**
   * @param shift log2 of a value's bytes
   */
  PlainCache(int shift) {
    this.shift = shift;
  }

  /** Four values at {@code at + offset}, as floats. */
  abstract V128 load(I32.Local at, int offset);

  @Override
  public final I32 bytes(I32 dim) {
    return dim.shl(shift);
  }

  @Override
  public final int bytes(int vectors) {
    return (4 * vectors) << shift;
  }

  @Override
  public final int[] passes(int queries) {
    return new int[] {WIDE / queries, 1}; // as many sums as registers hold
  }

  @Override
  public final V128[] values(Code c, I32.Local at, int vectors) {
    V128[] values = new V128[vectors];
    for (int i = 0; i < vectors; i++) {
      values[i] = load(at, bytes(i));
    }
    return values;
  }

  /** The loop over the dimensions, four at a time. */
  @Override
  public final void addProducts(
      Code c, I32.Local[] queries, I32.Local[] strips, I32.Local dim, V128.Local[][] sums) {
    I32.Local d = c.i32(I32.of(0));
    Runnable dimension =
        () -> {
          V128.Local[] values = new V128.Local[queries.length];
          for (int q = 0; q < queries.length; q++) {
            values[q] = c.v128(V128.load32Splat(queries[q], 0));
            c.increase(queries[q], 4);
          }
          for (int i = 0; i < strips.length; i++) {
            V128.Local key = c.v128(load(strips[i], 0));
            for (int q = 0; q < queries.length; q++) {
              c.set(sums[q][i], sums[q][i].f32x4Add(values[q].f32x4Mul(key)));
            }
            c.increase(strips[i], bytes(1));
          }
        };
    c.countTo(
        d,
        dim,
        4,
        () -> {
          for (int i = 0; i < 4; i++) {
            dimension.run();
          }
        });
    c.countTo(d, dim, 1, dimension);
  }
}
