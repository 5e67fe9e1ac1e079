package io.wasmchord.jvm.machine;

import org.jspecify.annotations.Nullable;

/**
 * A place in memory: {@code base + index * scale + offset}.
 *
 * @param index or null for none; RSP cannot be one
 * @param scale 1, 2, 4 or 8
 */
record Address(Gpr base, @Nullable Gpr index, int scale, int offset) {
  Address {
    if (index == Gpr.RSP || (scale & (scale - 1)) != 0 || scale < 1 || scale > 8) {
      throw new IllegalArgumentException(base + " + " + index + " * " + scale);
    }
  }

  static Address of(Gpr base, int offset) {
    return new Address(base, null, 1, offset);
  }

  Address plus(int bytes) {
    return new Address(base, index, scale, Math.addExact(offset, bytes));
  }
}
