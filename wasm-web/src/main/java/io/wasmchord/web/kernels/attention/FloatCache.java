package io.wasmchord.web.kernels.attention;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.V128;

/** A cache of float32. */
final class FloatCache extends PlainCache {
  FloatCache() {
    super(2);
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
  V128 load(I32.Local at, int offset) {
    return V128.load(at, offset);
  }
}
