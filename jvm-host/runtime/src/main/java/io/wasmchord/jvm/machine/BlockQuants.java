package io.wasmchord.jvm.machine;

import io.wasmchord.quant.format.ValueTable;
import org.jspecify.annotations.Nullable;

/**
 * The quants of a format with blocks of 32 values, as their words hold them.
 *
 * @param nibbles whether they have four bits, else eight
 * @param bias what nibbles that stand for themselves are too large by, a power of two, or 0
 * @param table what nibbles stand for, or null for themselves
 * @param scales what stands before the words of blocks
 * @param fifths whether a word before those of nibbles has a fifth bit for each of them
 */
record BlockQuants(
    boolean nibbles, int bias, byte @Nullable [] table, Scales scales, boolean fifths) {
  /** What a block has beside its quants. */
  enum Scales {
    /** A 16-bit float. */
    HALF(1),
    /** The same, and another as an offset, so that activations bring their scaled sums. */
    WITH_OFFSET(2),
    /** The exponent of half the scale, one byte: E8M0. */
    EXPONENT(0.5);

    private final double registers;

    Scales(double registers) {
      this.registers = registers;
    }

    /** Bytes for a group of rows. */
    int bytes(int registerBytes) {
      return (int) (registers * registerBytes);
    }
  }

  private static final int ABOVE = 128;

  /** Signed bytes. */
  static BlockQuants ofBytes() {
    return new BlockQuants(false, 0, null, Scales.HALF, false);
  }

  /** Nibbles less a bias. */
  static BlockQuants ofNibbles(int bias) {
    return new BlockQuants(true, bias, null, Scales.HALF, false);
  }

  /** Nibbles with an offset. */
  static BlockQuants lifted() {
    return new BlockQuants(true, 0, null, Scales.WITH_OFFSET, false);
  }

  /** Nibbles that are looked up. */
  static BlockQuants of(ValueTable values, Scales scales) {
    return new BlockQuants(true, 0, table(values), scales, false);
  }

  /** The same of five bits. */
  BlockQuants withFifths() {
    return new BlockQuants(nibbles, bias, table, scales, true);
  }

  /** Words of a block and row. */
  int words() {
    return firstNibbles() + (nibbles ? 4 : 8);
  }

  /** The first word that is no fifth bits. */
  int firstNibbles() {
    return fifths ? 1 : 0;
  }

  /** What nibbles stand for. */
  static byte[] table(ValueTable values) {
    byte[] table = new byte[16];
    for (int i = 0; i < table.length; i++) {
      table[i] = values.value(i);
    }
    return table;
  }

  /** Whether each block has an offset. */
  boolean offset() {
    return scales == Scales.WITH_OFFSET;
  }

  /** Whether quants are below 0 too. */
  boolean signed() {
    return !nibbles || table != null;
  }

  /** By how many bits the sums of activations are shifted, if quants are moved to 0 or more. */
  int biasBits() {
    return Integer.numberOfTrailingZeros(signed() ? ABOVE : bias);
  }

  /** Whether something must come off then. */
  boolean biased() {
    return signed() || bias != 0;
  }

  /** The table's values and 128. */
  static byte[] above(byte[] values) {
    byte[] moved = new byte[values.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (byte) (values[i] + ABOVE);
    }
    return moved;
  }
}
