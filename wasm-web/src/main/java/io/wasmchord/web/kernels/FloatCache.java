package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** A cache of float32. */
final class FloatCache implements CacheCode {
  private static final int WIDE = 8;

  @Override
  public I32 bytes(I32 dim) {
    return dim.shl(2);
  }

  @Override
  public void storeKey(Code c, I32.Local to, I32.Local lane, I32.Local from, I32.Local dim) {
    I32.Local at = c.i32(to.plus(lane.shl(2)));
    I32.Local d = c.i32(I32.of(0));
    c.countTo(
        d,
        dim,
        1,
        () -> {
          c.store(at, 0, I32.load(from, 0));
          c.increase(at, 16);
          c.increase(from, 4);
        });
  }

  @Override
  public void storeValue(Code c, I32.Local to, I32.Local from, I32.Local dim) {
    c.copy(to, from, dim.shl(2));
  }

  @Override
  public void addProducts(
      Code c, I32.Local query, I32.Local[] strips, I32.Local dim, V128.Local[] sums) {
    inOrder(c, query, strips, dim, sums, 16, at -> V128.load(at, 0));
  }

  /** Four positions' values of one dimension. */
  interface Strip {
    V128 load(I32.Local at);
  }

  /**
   * The loop over the dimensions, four at a time.
   *
   * @param step bytes of a dimension of a strip
   */
  static void inOrder(
      Code c,
      I32.Local query,
      I32.Local[] strips,
      I32.Local dim,
      V128.Local[] sums,
      int step,
      Strip strip) {
    I32.Local d = c.i32(I32.of(0));
    Runnable dimension =
        () -> {
          V128.Local value = c.v128(V128.load32Splat(query, 0));
          for (int i = 0; i < strips.length; i++) {
            c.set(sums[i], sums[i].f32x4Add(value.f32x4Mul(strip.load(strips[i]))));
            c.increase(strips[i], step);
          }
          c.increase(query, 4);
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

  @Override
  public int[] passes() {
    return new int[] {WIDE, 1};
  }

  @Override
  public int bytes(int vectors) {
    return 16 * vectors;
  }

  @Override
  public V128[] values(Code c, I32.Local at, int vectors) {
    V128[] values = new V128[vectors];
    for (int i = 0; i < vectors; i++) {
      values[i] = V128.load(at, 16 * i);
    }
    return values;
  }
}
