package io.wasmchord.web.kernels.formats;

import io.wasmchord.web.assembler.Code;
import io.wasmchord.web.assembler.V128;

/**
 * Words of IQ2_XXS and IQ3_XXS, one for 32 values: four times seven signs, and a scale in the
 * highest four bits.
 */
final class GroupSigns {
  private final V128.Local[] words;

  /**
   * @param words of eight groups
   */
  GroupSigns(V128.Local[] words) {
    this.words = words;
  }

  /** The scales of the eight groups. */
  ByteScales scales(Code c) {
    return ByteScales.ofUnsigned(four(c, 0), four(c, 4));
  }

  private V128.Local four(Code c, int from) {
    V128 scales = words[from].i32x4ShrU(28);
    for (int i = 1; i < 4; i++) {
      scales = scales.or(words[from + i].i32x4ShrU(28 - 8 * i).and(V128.i32x4(15 << (8 * i))));
    }
    return c.v128(GridCode.odd(scales));
  }

  /** Group {@code g}'s masks of eight values, in the order of a lane's bytes. */
  V128.Local masks(Code c, int g) {
    V128 sevens = words[g].and(V128.i32x4(127));
    for (int i = 1; i < 4; i++) {
      sevens = sevens.or(words[g].i32x4Shl(i).and(V128.i32x4(127 << (8 * i))));
    }
    return c.v128(SignedGridCode.even(c.v128(sevens)));
  }
}
