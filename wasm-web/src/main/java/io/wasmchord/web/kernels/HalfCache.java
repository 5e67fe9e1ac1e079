package io.wasmchord.web.kernels;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** A cache of binary16, all finite. */
final class HalfCache implements CacheCode {
  private static final int WIDE = 8;

  @Override
  public I32 bytes(I32 dim) {
    return dim.shl(1);
  }

  @Override
  public void storeKey(Code c, I32.Local to, I32.Local lane, I32.Local from, I32.Local dim) {
    store(c, c.i32(to.plus(lane.shl(1))), from, dim, 8);
  }

  @Override
  public void storeValue(Code c, I32.Local to, I32.Local from, I32.Local dim) {
    store(c, c.i32(to), from, dim, 2);
  }

  private static void store(Code c, I32.Local to, I32.Local from, I32.Local dim, int step) {
    I32.Local d = c.i32(I32.of(0));
    c.countTo(
        d,
        dim,
        1,
        () -> {
          c.store16(to, 0, Halves.finiteBits(c, F32.load(from, 0)));
          c.increase(to, step);
          c.increase(from, 4);
        });
  }

  @Override
  public void addProducts(
      Code c, I32.Local query, I32.Local[] strips, I32.Local dim, V128.Local[] sums) {
    FloatCache.inOrder(
        c, query, strips, dim, sums, 8, at -> Halves.finiteToFloats(V128.load16x4S(at, 0)));
  }

  @Override
  public int[] passes() {
    return new int[] {WIDE, 1};
  }

  @Override
  public int bytes(int vectors) {
    return 8 * vectors;
  }

  @Override
  public V128[] values(Code c, I32.Local at, int vectors) {
    V128[] values = new V128[vectors];
    for (int i = 0; i < vectors; i++) {
      values[i] = Halves.finiteToFloats(V128.load16x4S(at, 8 * i));
    }
    return values;
  }
}
