package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.MXFP4;
import io.wasmchord.quant.format.NVFP4;
import io.wasmchord.quant.format.Q1_0;
import io.wasmchord.quant.format.Q2_0;
import org.jspecify.annotations.Nullable;

/**
 * Formats whose blocks are longer than 32 values or have several float scales, as they are written
 * anew: of up to eight blocks of 32 first the scales, a float for each row, and then fields.
 *
 * @param bits of a field: of a word of 2 or 1 bits, field j of w is columns 4 j on of those that
 *     the word has; of 4 bits, low ones are columns 4 w on and the high ones those 16 on
 * @param sharing blocks with one scale
 * @param table what nibbles stand for, or null for a value and 1, or of one bit for -1 or 1
 */
record PartQuants(int bits, int sharing, byte @Nullable [] table) {
  /** Of a format, or null if it is none of these. */
  static @Nullable PartQuants of(IntegerFormat format) {
    return switch (format) {
      case NVFP4 f -> new PartQuants(4, 1, BlockQuants.table(MXFP4.TABLE));
      case Q2_0 f -> new PartQuants(2, f.values() / 32, null);
      case Q1_0 f -> new PartQuants(1, f.values() / 32, null);
      default -> null;
    };
  }

  /** Scales of a block. */
  int parts() {
    return table == null ? 1 : 2;
  }

  /** Words of a block and row. */
  int words() {
    return bits;
  }

  /** Fields of a byte. */
  int fields() {
    return 8 / bits;
  }

  /** The part that a field belongs to. */
  int part(int field) {
    return parts() == 1 ? 0 : field;
  }

  /** The first of the four columns of a word's field. */
  int column(int word, int field) {
    return table == null ? 4 * fields() * word + 4 * field : 4 * word + 16 * field;
  }
}
