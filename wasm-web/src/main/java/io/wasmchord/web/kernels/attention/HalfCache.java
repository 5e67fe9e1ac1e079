package io.wasmchord.web.kernels.attention;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.F32;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;
import io.wasmchord.web.kernels.emit.Halves;

/** A cache of binary16, all finite. */
final class HalfCache extends PlainCache {
  HalfCache() {
    super(1);
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
  V128 load(I32.Local at, int offset) {
    return Halves.finiteToFloats(V128.load16x4S(at, offset));
  }
}
