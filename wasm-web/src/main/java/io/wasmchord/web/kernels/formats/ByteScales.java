package io.wasmchord.web.kernels.formats;

import io.wasmchord.web.assembler.Opcode;
import io.wasmchord.web.assembler.V128;

/**
 * Integer scales as bytes, four groups to a vector: byte 4r + i belongs to row r.
 *
 * @param vectors group g stands in vector {@code g / 4} at {@code g % 4}, unless {@code split}
 * @param signed whether bytes are signed
 * @param split of two vectors, the first holds the even groups and the second the odd ones
 */
record ByteScales(V128.Local[] vectors, boolean signed, boolean split) {
  private static final int ZERO = 0x80; // a swizzle index that gives 0

  /** Of no block. */
  static final ByteScales NONE = ofUnsigned();

  static ByteScales ofUnsigned(V128.Local... vectors) {
    return new ByteScales(vectors, false, false);
  }

  static ByteScales ofSigned(V128.Local... vectors) {
    return new ByteScales(vectors, true, false);
  }

  /** Signed scales of groups that take turns. */
  static ByteScales ofSplit(V128.Local even, V128.Local odd) {
    return new ByteScales(new V128.Local[] {even, odd}, true, true);
  }

  private V128 vector(int g) {
    return split ? vectors[g % 2] : vectors[g / 4];
  }

  private int at(int g) {
    return split ? g / 2 : g % 4;
  }

  private static V128 pick(V128 from, int... perRow) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      int index = perRow[i % 4];
      lanes[i] = index == ZERO ? ZERO : 4 * (i / 4) + index;
    }
    return V128.of(Opcode.I8X16_SWIZZLE, from, V128.bytes(lanes));
  }

  /** Group {@code g}, twice as int16. */
  V128 twice(int g) {
    int i = at(g);
    return signed
        ? V128.shift(Opcode.I16X8_SHR_S, pick(vector(g), ZERO, i, ZERO, i), 8)
        : pick(vector(g), i, ZERO, i, ZERO);
  }

  /** Unsigned group {@code g} of one row, eight times as int16. */
  V128 ofRow(int row, int g) {
    int[] lanes = new int[16];
    for (int i = 0; i < 16; i++) {
      lanes[i] = i % 2 == 0 ? 4 * row + at(g) : ZERO;
    }
    return V128.of(Opcode.I8X16_SWIZZLE, vector(g), V128.bytes(lanes));
  }

  /** Group {@code g} as int32. */
  V128 lanes(int g) {
    int i = at(g);
    return signed
        ? pick(vector(g), ZERO, ZERO, ZERO, i).i32x4ShrS(24)
        : pick(vector(g), i, ZERO, ZERO, ZERO);
  }

  /** Groups {@code 2p} and {@code 2p + 1}, as int16; not for split scales. */
  V128 neighbours(int p) {
    int i = at(2 * p);
    return signed
        ? V128.shift(Opcode.I16X8_SHR_S, pick(vector(2 * p), ZERO, i, ZERO, i + 1), 8)
        : pick(vector(2 * p), i, ZERO, i + 1, ZERO);
  }
}
