package io.wasmchord.jvm.vector;

import static io.wasmchord.jvm.vector.Lanes.ALL;
import static io.wasmchord.jvm.vector.Lanes.LANES;
import static io.wasmchord.jvm.vector.Lanes.LITTLE;
import static io.wasmchord.jvm.vector.Lanes.ROWS;
import static io.wasmchord.jvm.vector.Lanes.SHORTS;
import static io.wasmchord.jvm.vector.Lanes.shr;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Fields of one or two bits, as {@link PairForm} writes them. A field of two bits is a number from
 * 0 to 3, one of a single bit is 0 or 2: values plus 1.
 *
 * <p>With one row of activations nothing is multiplied: a nibble is two or four values, and there
 * are only 16 sums that it can make with the activations it meets. They are computed once for all
 * rows of a weight, and looked up by a shuffle of 16-bit lanes.
 */
final class FewBits {
  /** What is to be taken off. */
  static final int BIAS = 1;

  /** Sums that a nibble can make. */
  static final int TABLE = 16;

  /** 16-bit lanes: as many as a table has, where registers are wide enough. */
  private static final VectorSpecies<Short> LOOKUPS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.min(256, VectorSupport.bits())));

  private static final boolean HALF = LOOKUPS.length() < TABLE; // a table takes two registers
  private static final ShortVector ONE = ShortVector.broadcast(SHORTS, BIAS);
  private static final ShortVector[][] DIGITS = {digits(1), digits(2)};

  private final int bits;

  FewBits(int bits) {
    this.bits = bits;
  }

  /** The field that stands for a value. */
  static int field(int bits, int value) {
    return bits == 1 ? (value + BIAS) >> 1 : value + BIAS;
  }

  /** Of every nibble the value of field f, at [f and half of the table]. */
  private static ShortVector[] digits(int bits) {
    int halves = TABLE / LOOKUPS.length();
    ShortVector[] digits = new ShortVector[4 / bits * halves];
    for (int f = 0; f < 4 / bits; f++) {
      short[] values = new short[TABLE];
      for (int nibble = 0; nibble < TABLE; nibble++) {
        int field = (nibble >> (f * bits)) & ((1 << bits) - 1);
        values[nibble] = (short) ((bits == 1 ? 2 * field : field) - BIAS);
      }
      for (int h = 0; h < halves; h++) {
        digits[f * halves + h] = ShortVector.fromArray(LOOKUPS, values, h * LOOKUPS.length());
      }
    }
    return digits;
  }

  /** Words of 16 bits that so many values take. */
  int words(int values) {
    return values * bits / 16;
  }

  /**
   * Where in {@link KernelScratch#tables} those of the panel's first block of {@code values} begin.
   */
  int table(KernelScratch s, int values) {
    return s.block * values * bits / 4 * TABLE;
  }

  /** Fills {@link KernelScratch#tables} for a row of activations. */
  void tables(Activations x, KernelScratch s) {
    int first = x.first() * (x.cols() / 2);
    int nibbles = x.cols() * bits / 4;
    if (s.tables.length < nibbles * TABLE) {
      s.tables = new short[nibbles * TABLE];
    }
    for (int nibble = 0; nibble < nibbles; nibble++) {
      int pair = first + nibble * (bits == 1 ? 2 : 1);
      int low = x.pairs()[pair];
      int high = bits == 1 ? x.pairs()[pair + 1] : 0;
      table(bits, low, high, s.tables, nibble * TABLE);
    }
  }

  private static void table(int bits, int low, int high, short[] tables, int to) {
    ShortVector[] digits = DIGITS[bits - 1];
    int halves = TABLE / LOOKUPS.length();
    for (int h = 0; h < halves; h++) {
      ShortVector sum = digits[h].mul((short) low).add(digits[halves + h].mul((short) (low >> 16)));
      if (bits == 1) {
        sum = sum.add(digits[2 * halves + h].mul((short) high));
        sum = sum.add(digits[3 * halves + h].mul((short) (high >> 16)));
      }
      sum.intoArray(tables, to + h * LOOKUPS.length());
    }
  }

  /** Sums that the nibble in the lowest bits of each lane makes. */
  static ShortVector lookUp(ShortVector nibbles, short[] tables, int at) {
    ShortVector first = ShortVector.fromArray(LOOKUPS, tables, at);
    if (HALF) {
      return nibbles.selectFrom(
          first, ShortVector.fromArray(LOOKUPS, tables, at + LOOKUPS.length()));
    }
    return nibbles.selectFrom(first);
  }

  static ShortVector words(long address) {
    return ShortVector.fromMemorySegment(LOOKUPS, ALL, address, LITTLE);
  }

  /**
   * Sums of groups of 4 {@code words} nibbles, as [group][row].
   *
   * @param from address of the first group's words
   * @param at of its tables
   */
  static void sums(long from, int groups, int words, short[] tables, int at, short[] sums, int to) {
    if (ROWS == LOOKUPS.length()) {
      all(from, groups, words, tables, at, sums, to);
    } else {
      halves(from, groups, words, tables, at, sums, to);
    }
  }

  /** Where a register has all rows. */
  private static void all(
      long from, int groups, int words, short[] tables, int at, short[] sums, int to) {
    long address = from;
    int table = at;
    for (int g = 0; g < groups; g++) {
      ShortVector sum = ShortVector.zero(LOOKUPS);
      for (int w = 0; w < words; w++, address += 2L * ROWS, table += 4 * TABLE) {
        ShortVector v = words(address);
        sum = sum.add(lookUp(v, tables, table));
        sum = sum.add(lookUp(shr(v, 4), tables, table + TABLE));
        sum = sum.add(lookUp(shr(v, 8), tables, table + 2 * TABLE));
        sum = sum.add(lookUp(shr(v, 12), tables, table + 3 * TABLE));
      }
      sum.intoArray(sums, to + g * ROWS);
    }
  }

  /** Where two have them: both use a table while it is in a third. */
  private static void halves(
      long from, int groups, int words, short[] tables, int at, short[] sums, int to) {
    long address = from;
    int table = at;
    for (int g = 0; g < groups; g++) {
      ShortVector a = ShortVector.zero(LOOKUPS);
      ShortVector b = a;
      for (int w = 0; w < words; w++, address += 2L * ROWS, table += 4 * TABLE) {
        ShortVector v = words(address);
        ShortVector u = words(address + ROWS);
        ShortVector t = ShortVector.fromArray(LOOKUPS, tables, table);
        a = a.add(v.selectFrom(t));
        b = b.add(u.selectFrom(t));
        t = ShortVector.fromArray(LOOKUPS, tables, table + TABLE);
        a = a.add(shr(v, 4).selectFrom(t));
        b = b.add(shr(u, 4).selectFrom(t));
        t = ShortVector.fromArray(LOOKUPS, tables, table + 2 * TABLE);
        a = a.add(shr(v, 8).selectFrom(t));
        b = b.add(shr(u, 8).selectFrom(t));
        t = ShortVector.fromArray(LOOKUPS, tables, table + 3 * TABLE);
        a = a.add(shr(v, 12).selectFrom(t));
        b = b.add(shr(u, 12).selectFrom(t));
      }
      a.intoArray(sums, to + g * ROWS);
      b.intoArray(sums, to + g * ROWS + ROWS / 2);
    }
  }

  /** Rows that {@link #words} loads together. */
  static int rows() {
    return LOOKUPS.length();
  }

  /** Unpacks 32 columns to the panel, from pair {@code pair} on. */
  void unpack(long from, Panel panel, int pair) {
    for (int v = 0; v < 2; v++) {
      unpack(from + 2L * v * LANES, bits, panel.quants, Panel.pair(pair, v));
    }
  }

  private static void unpack(long from, int bits, short[] q, int to) {
    int inWord = 8 / bits;
    int twice = bits == 1 ? 1 : 0;
    for (int pair = 0; pair < 16; pair++) {
      IntVector v = Lanes.halves(from + 2L * ROWS * (pair / inWord));
      int at = pair % inWord * 2 * bits;
      IntVector low = shr(v, at).and(bits == 1 ? Lanes.INTS_1 : Lanes.INTS_3);
      IntVector high = shr(v, at + bits).and(bits == 1 ? Lanes.INTS_1 : Lanes.INTS_3);
      IntVector both = low.or(high.lanewise(VectorOperators.LSHL, 16 + twice));
      both = bits == 1 ? both.add(low) : both; // 0 or 2
      both.reinterpretAsShorts().sub(ONE).intoArray(q, to + 2 * pair * ROWS);
    }
  }
}
